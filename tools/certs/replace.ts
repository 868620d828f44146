import { rename, writeFile } from "node:fs/promises";

/** For its owner alone. */
const SECRET = { mode: 0o600 };

/** Whole or not at all. */
export async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, SECRET);
  await rename(`${file}.new`, file);
}

import { rename, writeFile } from "node:fs/promises";

/** Whole or not at all: whoever reads it meanwhile has the old text or the new one. Not synced to the disk. */
export async function replaceFile(
  file: string,
  text: string,
  options: { readonly mode?: number } = {},
): Promise<void> {
  await writeFile(`${file}.new`, text, options);
  await rename(`${file}.new`, file);
}

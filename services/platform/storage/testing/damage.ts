import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Flips a bit wherever the bytes stand in a closed environment, old pages included. */
export async function damage(folder: string, bytes: Uint8Array): Promise<void> {
  const file = join(folder, "data.mdb");
  const content = await readFile(file);
  for (let at = content.indexOf(bytes); at !== -1; at = content.indexOf(bytes, at + 1))
    content[at] ^= 1;
  await writeFile(file, content);
}

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { onFile } from "../../services/platform/storage/file-error.ts";
import { replaceFile } from "../../services/platform/storage/replace-file.ts";
import type { Shell } from "./shells.ts";

/** A shell that begins meanwhile reads the script as it was, or as it is. */
export async function keepScript(script: string, file: string): Promise<void> {
  await onFile(file, async () => {
    await mkdir(dirname(file), { recursive: true });
    await replaceFile(file, script);
  });
}

/** What is left to do, by whoever asked for it. */
export function nextStep(shell: Shell, file: string): string {
  if (shell === "fish")
    return `${file} is written. A new fish has it; this one when it says: source ${file}`;
  return `${file} is written. Add this line to ~/.${shell}rc, and say it once here:\n  source ${file}`;
}

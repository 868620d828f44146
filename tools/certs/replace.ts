import { replaceFile } from "../../services/platform/storage/replace-file.ts";

/** For its owner alone. */
const SECRET = { mode: 0o600 };

/** A secret, whole or not at all. */
export function replace(file: string, text: string): Promise<void> {
  return replaceFile(file, text, SECRET);
}

import { readFileSync } from "node:fs";
import type { Variable } from "./variable.ts";

const MAX_FILE_BYTES = 256 * 1_024;

/**
 * A file that holds the value, as Docker and Kubernetes give secrets to a process: not in its environment, where
 * children and crash dumps have it too. Read once, at start; spaces at its ends do not count. "" when not set.
 */
export function fileText(name: string, { help }: { readonly help: string }): Variable<string> {
  return {
    name,
    help,
    allowed: `a file of 1 to ${MAX_FILE_BYTES} bytes that this process can read`,
    fallback: "",
    parse: (path) => {
      try {
        const value = readFileSync(path, "utf8").trim();
        if (value !== "" && value.length <= MAX_FILE_BYTES) return { value };
        return { problem: value === "" ? "is an empty file" : "is too large" };
      } catch (error) {
        return { problem: `can't be read (${(error as NodeJS.ErrnoException).code})` };
      }
    },
  };
}

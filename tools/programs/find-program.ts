import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** Where programs that tools install are kept, for all checkouts of this user. */
export function cacheFolder(name: string): string {
  return resolve(process.env.TIDINGS_CACHE_DIR || join(homedir(), ".cache", "tidings"), name);
}

/** The path of a program that is here already: in the folder of its tool, or on the PATH. */
export function findProgram(name: string, ownFolder: string): string | undefined {
  const folders = [ownFolder, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { mkdirSync, type Stats, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A file or folder could not be read, made or written; the message names it, the cause and the remedy. */
export class FileError extends Error {
  override name = "FileError";
}

const MAKE_ROOM = "make room there, and try again";
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: MAKE_ROOM,
  EDQUOT: MAKE_ROOM,
  EROFS: "mount it so that it can be written, or choose another folder",
  EACCES: "let this user read and write there, or choose another folder",
  EPERM: "let this user read and write there, or choose another folder",
  ENOTDIR: "there is a file where a folder should be: choose another folder",
  EEXIST: "there is a file where a folder should be: choose another folder",
  ENOENT: "it is not there, and can't be made there: choose another folder",
  EIO: "look at the disk, and choose another folder",
};

/** What the system said of `path` as a FileError; what is no error of files stays as it is. */
export function fileError(path: string, error: unknown): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const remedy = REMEDIES[code];
  if (error instanceof FileError || remedy === undefined) return error;
  return new FileError(`${path}: ${message}: ${remedy}`, { cause: error });
}

const NO_ROOM_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT"];
/** LMDB gives the number alone, in words of the C library. */
const NO_ROOM_WORDS = /no space left on device|quota exceeded/i;

/** Whether it, or what it came from, is for want of room on a disk. */
export function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  const isSaid = NO_ROOM_CODES.includes(code) || NO_ROOM_WORDS.test(error.message);
  return isSaid || isNoRoom(error.cause);
}

/** Does what concerns `path`. Many errors of Node name no file: those of a write, for one. @throws FileError */
export async function onFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(path, error);
  }
}

/**
 * Makes the folder and those above it that are missing, one by one, readable by their owner alone. Node's own way to
 * make several (`recursive`) never ends below a folder in which none can be made and which says ENOENT, as /proc does.
 * @throws FileError
 */
export function makeFolder(folder: string): void {
  try {
    const missing: string[] = [];
    let nearest = resolve(folder);
    for (; !isFolder(nearest); nearest = dirname(nearest)) missing.unshift(nearest);
    for (const path of missing) makeOne(path);
  } catch (error) {
    throw fileError(folder, error);
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was first; or it is a link to nothing, in which nothing can be made.
    if (!isFolder(path)) throw error;
  }
}

/** False: nothing is there. @throws FileError when it is something else */
function isFolder(path: string): boolean {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) return found !== undefined;
  throw new FileError(`${path} is a file, and a folder is needed: choose another folder`);
}

import { existsSync } from "node:fs";
import { readdir, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type FolderLock,
  LOCK_FILES,
  lockFolder,
} from "../../services/platform/storage/folder-lock.ts";
import { MANIFEST_NAME } from "./manifest.ts";
import { sizeText } from "./sizes.ts";

/** Row, key and page of a post whose text has about 120 bytes; measured, rounded up. */
const BYTES_A_POST = 260;
/** Of an entry: the log, and a snapshot while the next one is written beside it. */
const BYTES_AN_ENTRY = 40;

/** Throws RangeError when the folder holds something that may not be removed. */
export async function checkFolder(dataDir: string, force: boolean): Promise<void> {
  const names = existsSync(dataDir) ? await readdir(dataDir) : [];
  const held = names.filter((name) => !LOCK_FILES.includes(name));
  if (held.length === 0) return;
  if (!held.includes(MANIFEST_NAME)) {
    throw new RangeError(`${dataDir} is not empty, nor from an earlier fill: give another --out`);
  }
  if (force) return;
  throw new RangeError(
    `${dataDir} holds an earlier fill: give another --out, or --force to fill it anew`,
  );
}

/**
 * Makes the folder, empty, and keeps meshes off it until the returned function is called. Throws RangeError
 * when one runs on it.
 */
export async function takeFolder(dataDir: string, force: boolean): Promise<() => void> {
  await checkFolder(dataDir, force);
  const lock = locked(dataDir);
  for (const name of await readdir(dataDir)) {
    if (!LOCK_FILES.includes(name)) await rm(join(dataDir, name), { recursive: true });
  }
  return lock.release;
}

function locked(dataDir: string): FolderLock {
  try {
    return lockFolder(dataDir);
  } catch (error) {
    throw new RangeError((error as Error).message, { cause: error });
  }
}

/** Throws RangeError when the disk has no room for what will be written. */
export async function checkDisk(
  dataDir: string,
  { posts, entries }: { readonly posts: number; readonly entries: number },
): Promise<void> {
  const { bavail, bsize } = await statfs(nearestFolder(dataDir));
  const needed = posts * BYTES_A_POST + entries * BYTES_AN_ENTRY;
  if (needed <= bavail * bsize) return;
  throw new RangeError(
    `${dataDir}: the fill takes about ${sizeText(needed)}, and ${sizeText(bavail * bsize)} are free: ` +
      "make room, or fill fewer --people or --days",
  );
}

/** The folder, or the one in which it will be made. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder));
}

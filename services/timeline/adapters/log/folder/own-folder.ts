import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  FolderInUseError,
  type FolderLock,
  lockFolder,
} from "../../../../platform/storage/folder-lock.ts";
import { nodeFileSystem } from "../../../../platform/storage/log/node-file-system.ts";
import { type Followed, latest, type OwnerHistory, ownSince, withCount } from "./owner-history.ts";

/** Which of how many timeline processes this is. */
export interface OwnerPlace {
  readonly index: number;
  readonly count: number;
}

/** What one process may know of its own folder's past. */
export interface OwnFolder {
  readonly path: string;
  /** Whether the shard was this folder's without a break since the folder was last written. */
  wasOwn(shard: number): boolean;
  /** Some shards may have been another's meanwhile: their viewers must become inactive. */
  readonly isBehind: boolean;
  /** What was not its own is durably inactive now. */
  caughtUp(): Promise<void>;
  release(): void;
}

const HISTORY_NAME = "owners.json";
/** In a process's own folder: which history it has followed, and up to which change. */
const FOLLOWED_NAME = "followed.json";

/** Processes that start together wait for each other here; each needs some ms. */
const START_WAIT_MS = 10_000;

/**
 * Locks the folder of one timeline process, below the folder that all of them share, and tells what of it
 * still counts. The shards that a process owns follow from how many there are (rule 2.1), so appends go
 * elsewhere as soon as there are more or fewer, and a folder that comes back later, as it was, cannot tell
 * by itself that it missed something. So they keep, together, the history of their number, and each
 * keeps how much of it it has followed. On folders apart from each other that is not possible: there,
 * empty them when the number changes.
 *
 * Throws FolderInUseError when the folder has a living process, or, after a change, any of them has.
 */
export async function openOwnFolder(root: string, place: OwnerPlace): Promise<OwnFolder> {
  const starting = lockFolder(root, { waitMs: START_WAIT_MS });
  const path = join(root, String(place.index));
  let lock: FolderLock | undefined;
  try {
    const history = await changeHistory(root, place);
    lock = lockFolder(path);
    const followed = (await readJson(join(path, FOLLOWED_NAME))) as Followed | undefined;
    const now = latest(history);
    return {
      path,
      isBehind: followed?.id !== now.id || followed.change !== now.change,
      wasOwn: ownSince(history, followed, place.index),
      caughtUp: () => writeJson(path, FOLLOWED_NAME, now),
      release: lock.release,
    };
  } catch (error) {
    lock?.release();
    throw error;
  } finally {
    starting.release();
  }
}

/** The history, whose last number is this one. A change is durable before anybody serves by it. */
async function changeHistory(root: string, { count }: OwnerPlace): Promise<OwnerHistory> {
  const known = historyOf(await readJson(join(root, HISTORY_NAME)));
  if (known.counts.at(-1) === count) return known;
  await refuseOthers(root, count);
  const history = withCount(known, count);
  await writeJson(root, HISTORY_NAME, history);
  return history;
}

/** Two processes that disagree on their number would both own some shards. */
async function refuseOthers(root: string, count: number): Promise<void> {
  for (const name of await nodeFileSystem.list(root)) {
    if (!/^\d+$/.test(name)) continue;
    try {
      lockFolder(join(root, name)).release();
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error;
      const change = `TIDINGS_TIMELINE_ADDRESSES names another number of processes (${count}) now`;
      throw new FolderInUseError(`${change}, and ${error.message}`, { cause: error });
    }
  }
}

function historyOf(value: unknown): OwnerHistory {
  const { id, first, counts } = (value ?? {}) as Partial<OwnerHistory>;
  const isWhole = typeof id === "string" && Number.isInteger(first) && Array.isArray(counts);
  return isWhole ? (value as OwnerHistory) : { id: randomUUID(), first: 1, counts: [] };
}

/** Undefined when there is no such file, or no JSON in it: then nothing is known. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** All of it or nothing, durably. */
async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  const files = nodeFileSystem;
  const written = join(folder, `${name}.tmp`);
  const file = await files.create(written);
  await file.write(Buffer.from(JSON.stringify(value)));
  await file.sync();
  await file.close();
  await files.rename(written, join(folder, name));
  await files.syncFolder(folder);
}

import { statfsSync } from "node:fs";
import { type Database, open, type RootDatabase } from "lmdb";
import { present } from "../../../model/invariant.ts";
import { lockFolder } from "../folder-lock.ts";
import { type Damage, sealed } from "./checksums.ts";
import { GroupCommit, type WriteDurably } from "./group-commit.ts";
import { type Table, tableOf } from "./table.ts";
import type { Write, WriteTx } from "./write-set.ts";

/** One LMDB environment: all that one embedded service process stores. Never shared by processes. */
export interface Lmdb {
  /** The table of this name, made when missing. Ask for tables at start, not while serving. */
  table(name: string): Table;
  /** See GroupCommit.commit: runs inside the next transaction, resolves once it is on disk. */
  commit<T>(fn: (tx: WriteTx) => T): Promise<T>;
  /** Removes all keys of a table at once, whatever their number; durable when it resolves. */
  clear(table: Table): Promise<void>;
  /** Finishes what was committed, then closes. */
  close(): Promise<void>;
}

export interface LmdbOptions {
  /** Address space, not disk: the file grows as needed, up to this. */
  readonly maxBytes?: number;
  /** Tests wrap it to hold a group back before its sync. */
  readonly wrapWrite?: (write: WriteDurably) => WriteDurably;
  /** Told of every commit that is on disk: how many keys it wrote. */
  readonly onCommit?: (writes: number) => void;
  /** What is left of the disk that holds the folder, bytes. */
  readonly freeBytes?: (folder: string) => number;
  /** Told of every value that is read and is not what was written. */
  readonly onDamage?: (damage: Damage) => void;
}

/**
 * More than a group can take. lmdb 3.5.6 corrupts its memory when a disk is full in the middle of a commit, and the
 * process ends ("malloc(): corrupted top size"), which would end the reads, too.
 */
const KEPT_FREE_BYTES = 32 * 2 ** 20;
const MAX_TABLES = 96;
const DEFAULT_MAX_BYTES = 64 * 2 ** 30;
const BYTES = { keyEncoding: "binary", encoding: "binary" } as const;

/** Where an environment says how it is written: since when values have checksums. */
const FORMAT_TABLE = "format";
const FORMAT = Buffer.from("checksums");

/**
 * Opens (or makes) the environment in `folder`. A commit is synced before it can be read. Throws when
 * another process has the folder open, or when a version without checksums has written it.
 */
export function openLmdb(folder: string, options: LmdbOptions = {}): Lmdb {
  const lock = lockFolder(folder);
  const root = open<Buffer, Buffer>({
    path: folder,
    ...BYTES,
    maxDbs: MAX_TABLES,
    mapSize: options.maxBytes ?? DEFAULT_MAX_BYTES,
    // Off: else a commit can be read before it is on disk, and is lost with the power.
    overlappingSync: false,
    // Off: groups are batches already, and the batch of a turn has a promise that nobody could hold: it
    // rejects when the disk is full, and would end the process.
    eventTurnBatching: false,
  });
  try {
    claimFormat(root, folder);
  } catch (error) {
    lock.release();
    throw error;
  }
  const { onDamage = () => {}, freeBytes = freeBytesOf } = options;
  const dbs = new Map<Table, Database<Buffer, Buffer>>();
  const tables = new Map<string, Table>();
  const write: WriteDurably = async (writes) => {
    if (freeBytes(folder) < KEPT_FREE_BYTES) throw noRoom(folder);
    await writeBatch(root, dbs, writes);
    options.onCommit?.(writes.length);
  };
  const groups = new GroupCommit(options.wrapWrite?.(write) ?? write);
  return {
    table: (name) =>
      tables.getOrInsertComputed(name, () => {
        const db = root.openDB<Buffer, Buffer>(name, BYTES);
        const table = tableOf(name, db, onDamage);
        dbs.set(table, db);
        return table;
      }),
    commit: (fn) => groups.commit(fn),
    clear: async (table) => {
      await present(dbs.get(table)).clearAsync();
      await root.flushed;
    },
    close: async () => {
      await groups.idle();
      await root.close();
      lock.release();
    },
  };
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function noRoom(folder: string): Error {
  const message = `fewer than ${KEPT_FREE_BYTES} bytes are free where ${folder} is: make room`;
  return Object.assign(new Error(message), { code: "ENOSPC" });
}

function claimFormat(root: RootDatabase<Buffer, Buffer>, folder: string): void {
  const isEmpty = [...root.getKeys({ limit: 1 })].length === 0;
  const format = root.openDB<Buffer, Buffer>(FORMAT_TABLE, BYTES);
  if (format.doesExist(FORMAT)) return;
  if (!isEmpty) {
    throw new Error(`${folder} was written by an earlier version: remove it, or npm run reset`);
  }
  format.putSync(FORMAT, FORMAT);
}

/**
 * One transaction, written and synced by lmdb's own thread. (lmdb's `transaction`, which calls back
 * into JavaScript, is not used: with lmdb 3.5.6 it never runs.)
 */
async function writeBatch(
  root: Database<Buffer, Buffer>,
  dbs: ReadonlyMap<Table, Database<Buffer, Buffer>>,
  writes: readonly Write[],
): Promise<void> {
  try {
    await root.batch(() => {
      for (const { table, key, value } of writes) {
        const db = present(dbs.get(table));
        if (value === undefined) db.remove(key);
        else db.put(key, sealed(key, value));
      }
    });
  } catch (error) {
    throw await commitErrorOf(error);
  }
}

/** lmdb rejects with a plain error and keeps the reason in a promise of its own, which also rejects. */
async function commitErrorOf(error: unknown): Promise<unknown> {
  const reason = (error as { commitError?: Promise<never> }).commitError;
  return reason ? reason.catch((cause: unknown) => cause) : error;
}

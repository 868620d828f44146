import { type Database, open } from "lmdb";
import { present } from "../../../model/invariant.ts";
import { lockFolder } from "../folder-lock.ts";
import { GroupCommit, type WriteDurably } from "./group-commit.ts";
import { type Table, tableOf } from "./table.ts";
import type { Write, WriteTx } from "./write-set.ts";

/** One LMDB environment: all that one embedded service process stores. Never shared by processes. */
export interface Lmdb {
  /** The table of this name, made when missing. Ask for tables at start, not while serving. */
  table(name: string): Table;
  /** See GroupCommit.commit: runs inside the next transaction, resolves once it is on disk. */
  commit<T>(fn: (tx: WriteTx) => T): Promise<T>;
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
}

const MAX_TABLES = 32;
const DEFAULT_MAX_BYTES = 64 * 2 ** 30;
const BYTES = { keyEncoding: "binary", encoding: "binary" } as const;

/**
 * Opens (or makes) the environment in `folder`. A commit is synced before it can be read. Throws when
 * another process has the folder open.
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
  });
  const dbs = new Map<Table, Database<Buffer, Buffer>>();
  const tables = new Map<string, Table>();
  const write: WriteDurably = async (writes) => {
    await writeBatch(root, dbs, writes);
    options.onCommit?.(writes.length);
  };
  const groups = new GroupCommit(options.wrapWrite?.(write) ?? write);
  return {
    table: (name) =>
      tables.getOrInsertComputed(name, () => {
        const db = root.openDB<Buffer, Buffer>(name, BYTES);
        const table = tableOf(name, db);
        dbs.set(table, db);
        return table;
      }),
    commit: (fn) => groups.commit(fn),
    close: async () => {
      await groups.idle();
      await root.close();
      lock.release();
    },
  };
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
        else db.put(key, value);
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

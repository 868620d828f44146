import { postTimeMs } from "../../../model/ids.ts";
import { present } from "../../../model/invariant.ts";
import {
  decodePostLogRow,
  encodeLostRow,
  encodePostLogRow,
  highestOf,
  type LoggedChange,
} from "../../../model/wire/post-log-row.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { intact } from "../../../platform/storage/lmdb/checksums.ts";
import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { GroupSink, WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import type { PostLog, PostLogQuery, PostLogRow } from "../../ports.ts";
import type { PostTables } from "./post-tables.ts";

/** What stands in the table beside it. */
const GENERATION = Buffer.from("generation");
const BEGAN = Buffer.from("began");
const GENERATION_BITS = 20;
/** Old rows removed by each new one: more than one, so that the log gets shorter when its life does. */
const REMOVED_PER_ROW = 4;

interface End {
  readonly seq: number;
  readonly highest: bigint;
}

interface Written extends End {
  readonly packed: Uint8Array;
}

export interface LmdbPostLogOptions {
  readonly lmdb: Lmdb;
  readonly tables: Pick<PostTables, "newest">;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** How long rows are kept, ms. */
  readonly keptMs: number;
  /** Told of each row that is durable, in order. */
  readonly onWritten?: (generation: bigint, row: PostLogRow) => void;
}

/** Opens the log of a store; the first time it begins above every post that is there already. */
export async function openLmdbPostLog(options: LmdbPostLogOptions): Promise<LmdbPostLog> {
  const { lmdb, clock, random } = options;
  const facts = lmdb.table("post-log-facts");
  if (!facts.has(GENERATION)) {
    const time = BigInt(Math.floor(clock.nowMs())) << BigInt(GENERATION_BITS);
    const generation = time | BigInt(Math.floor(random() * 2 ** GENERATION_BITS));
    const newest = options.tables.newest();
    await lmdb.commit((tx) => {
      tx.put(facts, GENERATION, u64Key(generation));
      if (newest > 0n && !facts.has(BEGAN)) tx.put(facts, BEGAN, u64Key(newest + 1n));
    });
  }
  return new LmdbPostLog(options);
}

/** Posts were stored without the log: it says so of all up to this one. */
export async function raiseBegan(lmdb: Lmdb, highest: bigint): Promise<void> {
  const facts = lmdb.table("post-log-facts");
  await lmdb.commit((tx) => {
    const began = tx.get(facts, BEGAN);
    if (!began || readU64(began) <= highest) tx.put(facts, BEGAN, u64Key(highest + 1n));
  });
}

/**
 * The post log inside the store's environment: one row a group commit, in the same transaction as the
 * posts and the outbox, so it is durable before anything of it can be published. One writer, and so one
 * generation, as long as the folder lives.
 */
export class LmdbPostLog implements PostLog, GroupSink<LoggedChange> {
  readonly #rows: Table;
  readonly #facts: Table;
  readonly #options: LmdbPostLogOptions;
  readonly #generation: bigint;
  /** Durable. */
  #end: End;
  /** Of the group in hand, of which there is one at a time. */
  #writing: Written | undefined;

  constructor(options: LmdbPostLogOptions) {
    this.#options = options;
    this.#rows = options.lmdb.table("post-log");
    this.#facts = options.lmdb.table("post-log-facts");
    const generation = this.#facts.get(GENERATION);
    if (!generation) throw new Error("the post log has no generation");
    this.#generation = readU64(generation);
    this.#end = this.#storedEnd();
  }

  /** Where the last row is damaged, what is stored says how high its ids may have been. */
  #storedEnd(): End {
    for (const last of this.#rows.keys({ reverse: true, limit: 1 })) {
      const seq = Number(readU64(last));
      for (const { key, value } of this.#rows.entries({ reverse: true })) {
        const highest = highestOf(decodePostLogRow(value));
        const stored = key.equals(last) ? 0n : this.#options.tables.newest();
        return { seq, highest: highest > stored ? highest : stored };
      }
      return { seq, highest: this.#options.tables.newest() };
    }
    return { seq: 0, highest: 0n };
  }

  /** Adds a change to the transaction in hand. */
  add(tx: WriteTx, change: LoggedChange): void {
    tx.gather(this, change);
  }

  write(tx: WriteTx, changes: readonly LoggedChange[]): void {
    const row = encodePostLogRow(this.#end.highest, changes);
    const seq = this.#end.seq + 1;
    this.#writing = { seq, highest: highestOf(decodePostLogRow(row)), packed: row };
    tx.put(this.#rows, u64Key(BigInt(seq)), row);
    this.#removeOld(tx);
  }

  durable(): void {
    const { seq, highest, packed } = present(this.#writing);
    this.#end = { seq, highest };
    this.#options.onWritten?.(this.#generation, { seq, bucket: 0, previousBucket: 0, packed });
  }

  async heads() {
    const began = this.#facts.get(BEGAN);
    const { seq } = this.#end;
    return {
      began: began ? readU64(began) : 0n,
      heads: seq > 0 ? [{ generation: this.#generation, seq, bucket: 0 }] : [],
    };
  }

  async list({ generation, place, direction, limit }: PostLogQuery): Promise<PostLogRow[]> {
    if (generation !== this.#generation) return [];
    const key = u64Key(BigInt(place.seq + (direction === "after" ? 1 : 0)));
    const range =
      direction === "after" ? { from: key, limit } : { before: key, reverse: true, limit };
    const rows: PostLogRow[] = [];
    for (const at of [...this.#rows.keys(range)]) {
      const packed = intact(() => this.#rows.get(at)) ?? (await this.#replaceLost(at));
      rows.push({ seq: Number(readU64(at)), bucket: 0, previousBucket: 0, packed });
    }
    return rows;
  }

  /** A damaged row would hold up everybody who follows the log, for ever. */
  async #replaceLost(key: Buffer): Promise<Buffer> {
    const next = intact(() => this.#rows.get(u64Key(readU64(key) + 1n)));
    const row = encodeLostRow(next ? decodePostLogRow(next).highestBefore : this.#end.highest);
    await this.#options.lmdb.commit((tx) => tx.put(this.#rows, key, row));
    return row;
  }

  /** A row is as old as its newest post. */
  #removeOld(tx: WriteTx): void {
    const { clock, keptMs } = this.#options;
    const oldestMs = clock.nowMs() - keptMs;
    for (const { key, value } of this.#rows.entries({ limit: REMOVED_PER_ROW })) {
      if (postTimeMs(highestOf(decodePostLogRow(value))) > oldestMs) return;
      tx.remove(this.#rows, key);
    }
  }
}

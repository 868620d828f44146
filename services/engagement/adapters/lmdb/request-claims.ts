import type { UserId } from "../../../model/ids.ts";
import { REQUEST_ID_LIFE_MS } from "../../../model/limits.ts";
import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";

export interface Claim {
  readonly commentId: bigint;
  readonly hash: Buffer;
}

/** Old claims removed by each new one. */
const REMOVED_PER_CLAIM = 4;

/** Request ids and the comments they name, by day: those of the days before yesterday go. */
export class RequestClaims {
  readonly #table: Table;

  constructor(lmdb: Lmdb) {
    this.#table = lmdb.table("comment-claims");
  }

  find(tx: WriteTx, author: UserId, requestId: string, nowMs: number): Claim | undefined {
    const day = dayOf(nowMs);
    const row =
      tx.get(this.#table, claimKey(day, author, requestId)) ??
      tx.get(this.#table, claimKey(day - 1, author, requestId));
    return row && { commentId: readU64(row), hash: row.subarray(8) };
  }

  put(tx: WriteTx, author: UserId, requestId: string, claim: Claim & { nowMs: number }): void {
    const day = dayOf(claim.nowMs);
    const row = Buffer.concat([u64Key(claim.commentId), claim.hash]);
    tx.put(this.#table, claimKey(day, author, requestId), row);
    const old = { before: u64Key(BigInt(day - 1)), limit: REMOVED_PER_CLAIM };
    for (const key of [...this.#table.keys(old)]) tx.remove(this.#table, key);
  }
}

function claimKey(day: number, author: UserId, requestId: string): Buffer {
  return Buffer.concat([u64Key(BigInt(day)), u64Key(author), Buffer.from(requestId)]);
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / REQUEST_ID_LIFE_MS);
}

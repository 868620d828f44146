import type { Claim } from "../../../model/claims.ts";
import { postTimeMs, trustedPostId, type UserId } from "../../../model/ids.ts";
import { REQUEST_ID_LIFE_MS } from "../../../model/limits.ts";
import { readU64, u64Key } from "../lmdb/keys.ts";
import type { Table } from "../lmdb/table.ts";
import type { WriteTx } from "../lmdb/write-set.ts";

/** A claim is looked for where today's and yesterday's are; the third table is being emptied. */
export const CLAIM_TABLES = 3;
/** Old claims removed by each new one: more than one, so that a table is empty before it is needed. */
const REMOVED_PER_CLAIM = 4;
const ID_BYTES = 8;

/** Request ids and what they name, in a table a day, so that nothing has to look for the old ones. */
export class LmdbClaims {
  readonly #tables: readonly Table[];
  #emptiedForDay = -1;

  /** CLAIM_TABLES tables, for these claims alone. */
  constructor(tables: readonly Table[]) {
    this.#tables = tables;
  }

  /** The claim on this author's request id, perhaps one that has expired. */
  find(tx: WriteTx, author: UserId, requestId: string, nowMs: number): Claim | undefined {
    const key = claimKey(author, requestId);
    const today = dayOf(nowMs);
    const row = tx.get(this.#tableOf(today), key) ?? tx.get(this.#tableOf(today - 1), key);
    return row && { id: trustedPostId(readU64(row)), hash: row.subarray(ID_BYTES) };
  }

  put(tx: WriteTx, author: UserId, requestId: string, { id, hash }: Claim): void {
    const day = dayOf(postTimeMs(id));
    const row = Buffer.concat([u64Key(id), hash]);
    tx.put(this.#tableOf(day), claimKey(author, requestId), row);
    if (this.#emptiedForDay !== day) this.#removeSome(tx, day);
  }

  #removeSome(tx: WriteTx, day: number): void {
    const stale = this.#tableOf(day + 1);
    const keys = [...stale.keys({ limit: REMOVED_PER_CLAIM })];
    for (const key of keys) tx.remove(stale, key);
    if (keys.length === 0) this.#emptiedForDay = day;
  }

  #tableOf(day: number): Table {
    return this.#tables[(day + CLAIM_TABLES) % CLAIM_TABLES];
  }
}

function claimKey(author: UserId, requestId: string): Buffer {
  return Buffer.concat([u64Key(author), Buffer.from(requestId)]);
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / REQUEST_ID_LIFE_MS);
}

import { postTimeMs, type UserId } from "../../../model/ids.ts";
import { REQUEST_ID_LIFE_MS } from "../../../model/limits.ts";
import { u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import type { Claim } from "../../domain/claims.ts";
import { decodeClaim, encodeClaim } from "./rows.ts";

/** A claim is looked for where today's and yesterday's are; the third table is being emptied. */
const TABLES = 3;
/** Old claims removed by each new one: more than one, so that a table is empty before it is needed. */
const REMOVED_PER_CLAIM = 4;

/** Request ids and the posts they name, in a table a day, so that nothing has to look for the old ones. */
export class RequestClaims {
  readonly #tables: readonly Table[];
  #emptiedForDay = -1;

  constructor(lmdb: Lmdb) {
    this.#tables = Array.from({ length: TABLES }, (_, index) => lmdb.table(`claims-${index}`));
  }

  /** The claim on this author's request id, perhaps one that has expired. */
  find(tx: WriteTx, author: UserId, requestId: string, nowMs: number): Claim | undefined {
    const key = claimKey(author, requestId);
    const today = dayOf(nowMs);
    const row = tx.get(this.#tableOf(today), key) ?? tx.get(this.#tableOf(today - 1), key);
    return row && decodeClaim(row);
  }

  put(tx: WriteTx, author: UserId, requestId: string, claim: Claim): void {
    const day = dayOf(postTimeMs(claim.postId));
    tx.put(this.#tableOf(day), claimKey(author, requestId), encodeClaim(claim));
    if (this.#emptiedForDay !== day) this.#removeSome(tx, day);
  }

  #removeSome(tx: WriteTx, day: number): void {
    const stale = this.#tableOf(day + 1);
    const keys = [...stale.keys({ limit: REMOVED_PER_CLAIM })];
    for (const key of keys) tx.remove(stale, key);
    if (keys.length === 0) this.#emptiedForDay = day;
  }

  #tableOf(day: number): Table {
    return this.#tables[(day + TABLES) % TABLES];
  }
}

function claimKey(author: UserId, requestId: string): Buffer {
  return Buffer.concat([u64Key(author), Buffer.from(requestId)]);
}

function dayOf(timeMs: number): number {
  return Math.floor(timeMs / REQUEST_ID_LIFE_MS);
}

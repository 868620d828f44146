import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { intact } from "../../../platform/storage/lmdb/checksums.ts";
import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import { authorKey, ERASED_LIFE_MS } from "../../domain/author-key.ts";
import type { AuthorState, AuthorStates } from "../../ports.ts";

const NONE: ReadonlySet<UserId> = new Set();
const NEVER = 0n;
/** Rows whose time is over that each change looks for and removes. */
const SWEPT_PER_CHANGE = 100;

/** Hidden and erased authors in LMDB: key hash, value the time until which it counts, 0 for no end. */
export class LmdbAuthorStates implements AuthorStates {
  readonly #lmdb: Lmdb;
  readonly #clock: Clock;
  readonly #table: Table;
  #count: number;

  constructor(lmdb: Lmdb, clock: Clock) {
    this.#lmdb = lmdb;
    this.#clock = clock;
    this.#table = lmdb.table("author-states");
    this.#count = this.#table.count();
  }

  get hidesAny(): boolean {
    return this.#count > 0;
  }

  goneAmong(authors: readonly UserId[]): ReadonlySet<UserId> {
    const gone = authors.filter((author) => this.#isGone(author));
    return gone.length === 0 ? NONE : new Set(gone);
  }

  async set(author: UserId, state: AuthorState): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const until = state === "erased" ? BigInt(nowMs + ERASED_LIFE_MS) : NEVER;
    await this.#lmdb.commit((tx) => {
      for (const { key, value } of this.#table.entries({ limit: SWEPT_PER_CHANGE })) {
        if (isOver(value, nowMs)) tx.remove(this.#table, key);
      }
      if (state === "visible") tx.remove(this.#table, authorKey(author));
      else tx.put(this.#table, authorKey(author), u64Key(until));
    });
    this.#count = this.#table.count();
  }

  #isGone(author: UserId): boolean {
    const key = authorKey(author);
    if (!this.#table.has(key)) return false;
    // Damaged: who has a row is most likely gone, and one such row must not fail everybody's reads.
    const until = intact(() => this.#table.get(key));
    return until === undefined || !isOver(until, this.#clock.nowMs());
  }
}

function isOver(until: Buffer, nowMs: number): boolean {
  const untilMs = readU64(until);
  return untilMs !== NEVER && untilMs <= BigInt(nowMs);
}

import type { UserId } from "../../../model/ids.ts";
import type { GoneState, PersonState, PersonStates } from "../../../model/person-states.ts";
import type { Clock } from "../../clock/clock.ts";
import { intact } from "../lmdb/checksums.ts";
import { readU64, u64Key } from "../lmdb/keys.ts";
import type { Lmdb } from "../lmdb/open.ts";
import type { Table } from "../lmdb/table.ts";
import { ERASED_LIFE_MS, personKey } from "./person-key.ts";

export interface LmdbPersonStatesOptions {
  readonly lmdb: Lmdb;
  /** For these rows alone. */
  readonly table: Table;
  /** What people are here: see personKey. */
  readonly as: string;
  readonly clock: Pick<Clock, "nowMs">;
}

const NONE: ReadonlyMap<UserId, GoneState> = new Map();
const NEVER = 0n;
/** Rows whose time is over that each change looks for and removes. */
const SWEPT_PER_CHANGE = 100;

/** Hidden and erased people in LMDB: key hash, value the time until which it counts, 0 while hidden. */
export class LmdbPersonStates implements PersonStates {
  readonly #options: LmdbPersonStatesOptions;
  #count: number;

  constructor(options: LmdbPersonStatesOptions) {
    this.#options = options;
    this.#count = options.table.count();
  }

  get hidesAny(): boolean {
    return this.#count > 0;
  }

  goneAmong(people: readonly UserId[]): ReadonlyMap<UserId, GoneState> {
    if (!this.hidesAny) return NONE;
    const gone = new Map<UserId, GoneState>();
    for (const person of people) {
      const state = this.#stateOf(person);
      if (state !== "visible") gone.set(person, state);
    }
    return gone;
  }

  async set(person: UserId, state: PersonState): Promise<void> {
    const { lmdb, table, as, clock } = this.#options;
    const nowMs = clock.nowMs();
    const until = state === "erased" ? BigInt(Math.ceil(nowMs + ERASED_LIFE_MS)) : NEVER;
    const own = personKey(as, person);
    await lmdb.commit((tx) => {
      for (const { key, value } of table.entries({ limit: SWEPT_PER_CHANGE })) {
        if (isOver(value, nowMs)) tx.remove(table, key);
      }
      if (state === "visible") tx.remove(table, own);
      else tx.put(table, own, u64Key(until));
    });
    this.#count = table.count();
  }

  #stateOf(person: UserId): PersonState {
    const { table, as, clock } = this.#options;
    const key = personKey(as, person);
    if (!table.has(key)) return "visible";
    // Damaged: who has a row is most likely gone, and one such row must not fail everybody's reads.
    const until = intact(() => table.get(key));
    if (until === undefined || readU64(until) === NEVER) return "hidden";
    return isOver(until, clock.nowMs()) ? "visible" : "erased";
  }
}

function isOver(until: Buffer, nowMs: number): boolean {
  const untilMs = readU64(until);
  return untilMs !== NEVER && untilMs <= BigInt(Math.floor(nowMs));
}

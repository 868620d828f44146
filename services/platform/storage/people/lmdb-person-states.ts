import type { UserId } from "../../../model/ids.ts";
import {
  type GoneState,
  NEXT_CHANGE,
  numberOf,
  type PersonState,
  type PersonStates,
  type Standing,
} from "../../../model/person-states.ts";
import type { Clock } from "../../clock/clock.ts";
import { intact } from "../lmdb/checksums.ts";
import { readU64, u64Key } from "../lmdb/keys.ts";
import type { Lmdb } from "../lmdb/open.ts";
import type { Table } from "../lmdb/table.ts";
import type { WriteTx } from "../lmdb/write-set.ts";
import { ERASED_LIFE_MS, personKey } from "./person-key.ts";

export interface LmdbPersonStatesOptions {
  readonly lmdb: Lmdb;
  /** For these rows alone. */
  readonly table: Table;
  /** For the numbers of their changes alone. */
  readonly changes: Table;
  /** What people are here: see personKey. */
  readonly as: string;
  readonly clock: Pick<Clock, "nowMs">;
}

const NONE: ReadonlyMap<UserId, GoneState> = new Map();
const NEVER = 0n;
/** Rows whose time is over that each change looks for and removes. */
const SWEPT_PER_CHANGE = 100;
const U64_BYTES = 8;

/**
 * Hidden and erased people in LMDB: key hash, value the time until which it counts, 0 while hidden. The number of
 * the last change is kept apart, the same time first, and longer than the state of who is visible again.
 */
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

  async standing(person: UserId): Promise<Standing> {
    const change = this.#changeOf(person, (table, key) => table.get(key));
    return { state: this.#stateOf(person), change };
  }

  /** The number of the person's last change, in the middle of a group. */
  changeIn(tx: WriteTx, person: UserId): number {
    return this.#changeOf(person, (table, key) => tx.get(table, key));
  }

  set(person: UserId, state: PersonState, change = NEXT_CHANGE): Promise<number> {
    return this.#change(person, change, (tx, nowMs) => {
      const { table, as } = this.#options;
      const own = personKey(as, person);
      sweep(tx, table, nowMs);
      if (state === "visible") tx.remove(table, own);
      else tx.put(table, own, u64Key(state === "erased" ? laterOn(nowMs) : NEVER));
      return state === "hidden" ? NEVER : laterOn(nowMs);
    });
  }

  begin(person: UserId, change = NEXT_CHANGE): Promise<number> {
    return this.#change(person, change, () => NEVER);
  }

  /** `write` says until when the number is remembered. */
  async #change(
    person: UserId,
    change: number,
    write: (tx: WriteTx, nowMs: number) => bigint,
  ): Promise<number> {
    const { lmdb, table, changes, as, clock } = this.#options;
    const nowMs = clock.nowMs();
    const inForce = await lmdb.commit((tx) => {
      const last = this.changeIn(tx, person);
      const number = numberOf(change, last);
      if (number < last) return last;
      sweep(tx, changes, nowMs);
      const until = write(tx, nowMs);
      const row = Buffer.concat([u64Key(until), u64Key(BigInt(number))]);
      tx.put(changes, personKey(as, person), row);
      return number;
    });
    this.#count = table.count();
    return inForce;
  }

  /** Damaged: as if it was forgotten, so that the next change mends it. */
  #changeOf(person: UserId, get: (table: Table, key: Buffer) => Buffer | undefined): number {
    const { changes, as } = this.#options;
    const row = intact(() => get(changes, personKey(as, person)));
    return row === undefined ? 0 : Number(readU64(row, U64_BYTES));
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

function sweep(tx: WriteTx, table: Table, nowMs: number): void {
  for (const { key, value } of table.entries({ limit: SWEPT_PER_CHANGE })) {
    if (isOver(value, nowMs)) tx.remove(table, key);
  }
}

function laterOn(nowMs: number): bigint {
  return BigInt(Math.ceil(nowMs + ERASED_LIFE_MS));
}

function isOver(row: Buffer, nowMs: number): boolean {
  const untilMs = readU64(row);
  return untilMs !== NEVER && untilMs <= BigInt(Math.floor(nowMs));
}

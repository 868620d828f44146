import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import {
  type GoneState,
  NEXT_CHANGE,
  type PersonState,
  type PersonStates,
  type Standing,
} from "../../../model/person-states.ts";
import type { Clock } from "../../clock/clock.ts";
import { partsOf } from "../../concurrency/parts-of.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql } from "../cql/session.ts";
import { StandingRows, stateOf } from "./cql-standing-rows.ts";
import { personKey } from "./person-key.ts";

export interface CqlPersonStatesOptions {
  readonly cql: Cql;
  /** Of a text column, the key, and what `STANDING_COLUMNS` says. */
  readonly table: string;
  readonly keyColumn: string;
  /** What people are here: see personKey. */
  readonly as: string;
  readonly clock: Pick<Clock, "monotonicMs" | "delay">;
}

/** A counter, for it needs no clock: of two changes at one time neither hides the other. */
export const PERSON_STATE_CHANGES: TableDefinition = {
  table: "person_state_changes",
  create: `CREATE TABLE IF NOT EXISTS person_state_changes (
    people text PRIMARY KEY, changes counter
  )`,
};

const READ_CHANGES = "SELECT changes FROM person_state_changes WHERE people = ?";
const COUNT_CHANGE = "UPDATE person_state_changes SET changes = changes + 1 WHERE people = ?";
const KEYS_PER_READ = 50;
const MAX_KNOWN = 250_000;
/** How long a replica trusts the count that it read; a change answers after twice that, as a read may be slow. */
const COUNT_TRUSTED_MS = 1_000;
/** Bounds what is known of a change whose writer died before it had counted it, and never tried again. */
const KNOWN_AT_MOST_MS = 600_000;
const NOBODY: ReadonlyMap<UserId, GoneState> = new Map();

/**
 * Hidden and erased people as rows, a key a row, so that one read can ask for many. Each change is counted
 * after it: while the count is the same, what a replica has read of anybody is still true, so that one
 * statement a second stands for those of all reads.
 */
export class CqlPersonStates implements PersonStates {
  readonly hidesAny = true;
  readonly #options: CqlPersonStatesOptions;
  readonly #known: LRUCache<UserId, PersonState>;
  readonly #rows: StandingRows;
  #changes: unknown;
  #countedMs = -Infinity;
  #counting: Promise<void> | undefined;
  /** Rises when what is known is forgotten: an answer from before is not kept. */
  #epoch = 0;

  constructor(options: CqlPersonStatesOptions) {
    this.#options = options;
    this.#rows = new StandingRows(options.cql, options);
    const perf = { now: () => options.clock.monotonicMs() };
    this.#known = new LRUCache({ max: MAX_KNOWN, ttl: KNOWN_AT_MOST_MS, ttlResolution: 0, perf });
  }

  /** At once, without a promise, while it is all known. */
  goneAmong(
    people: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, GoneState>> | ReadonlyMap<UserId, GoneState> {
    const isTrusted = this.#options.clock.monotonicMs() - this.#countedMs <= COUNT_TRUSTED_MS;
    return isTrusted ? this.#goneAmong(people) : this.#count().then(() => this.#goneAmong(people));
  }

  standing(person: UserId): Promise<Standing> {
    return this.#rows.read(this.#keyOf(person));
  }

  begin(person: UserId, change = NEXT_CHANGE): Promise<number> {
    return this.#rows.change(this.#keyOf(person), undefined, change);
  }

  async set(person: UserId, state: PersonState, change = NEXT_CHANGE): Promise<number> {
    const { cql, as, clock } = this.#options;
    const inForce = await this.#rows.change(this.#keyOf(person), state, change);
    // Counted twice when it is sent twice, which is as good.
    await cql.run(COUNT_CHANGE, [as]);
    this.#forget();
    await clock.delay(2 * COUNT_TRUSTED_MS);
    return inForce;
  }

  #keyOf(person: UserId): string {
    return personKey(this.#options.as, person).toString("hex");
  }

  #goneAmong(
    people: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, GoneState>> | ReadonlyMap<UserId, GoneState> {
    let gone: Map<UserId, GoneState> | undefined;
    for (const person of people) {
      const state = this.#known.get(person);
      if (state === undefined) return this.#read(people);
      if (state !== "visible") gone = (gone ?? new Map<UserId, GoneState>()).set(person, state);
    }
    return gone ?? NOBODY;
  }

  /** Whether anything has changed; those who want to know wait for one answer. */
  #count(): Promise<void> {
    this.#counting ??= this.#readChanges().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #readChanges(): Promise<void> {
    const { cql, as, clock } = this.#options;
    const askedMs = clock.monotonicMs();
    const [row] = await cql.run(READ_CHANGES, [as]);
    if (row?.changes !== this.#changes) this.#forget();
    this.#changes = row?.changes;
    this.#countedMs = askedMs;
  }

  #forget(): void {
    this.#known.clear();
    this.#epoch++;
  }

  async #read(people: readonly UserId[]): Promise<ReadonlyMap<UserId, GoneState>> {
    const epoch = this.#epoch;
    const gone = new Map<UserId, GoneState>();
    const unknown: UserId[] = [];
    for (const person of people) {
      const state = this.#known.get(person);
      if (state === undefined) unknown.push(person);
      else if (state !== "visible") gone.set(person, state);
    }
    const parts = partsOf(unknown, KEYS_PER_READ);
    const read = await Promise.all(parts.map((part) => this.#readRows(part)));
    for (const [person, state] of read.flat()) {
      if (epoch === this.#epoch) this.#known.set(person, state);
      if (state !== "visible") gone.set(person, state);
    }
    return gone;
  }

  async #readRows(people: readonly UserId[]): Promise<(readonly [UserId, PersonState])[]> {
    const { cql, table, keyColumn } = this.#options;
    const keys = people.map((person) => this.#keyOf(person));
    const query = `SELECT ${keyColumn}, erased FROM ${table} WHERE ${keyColumn} IN ?`;
    const rows = await cql.run(query, [keys]);
    const states = new Map(rows.map((row) => [row[keyColumn], stateOf(row)]));
    return people.map((person, i) => [person, states.get(keys[i]) ?? "visible"] as const);
  }
}

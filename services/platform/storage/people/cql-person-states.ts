import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import type { GoneState, PersonState, PersonStates } from "../../../model/person-states.ts";
import type { Clock } from "../../clock/clock.ts";
import { partsOf } from "../../concurrency/parts-of.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql } from "../cql/session.ts";
import { ERASED_LIFE_MS, personKey } from "./person-key.ts";

export interface CqlPersonStatesOptions {
  readonly cql: Cql;
  /** Of a text column, the key, and a boolean "erased". */
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
const NO_TTL = 0;
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
  #changes: unknown;
  #countedMs = -Infinity;
  #counting: Promise<void> | undefined;
  /** Rises when what is known is forgotten: an answer from before is not kept. */
  #epoch = 0;

  constructor(options: CqlPersonStatesOptions) {
    this.#options = options;
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

  async set(person: UserId, state: PersonState): Promise<void> {
    const { cql, table, keyColumn, as, clock } = this.#options;
    const key = personKey(as, person).toString("hex");
    if (state === "visible") {
      await cql.run(`DELETE FROM ${table} WHERE ${keyColumn} = ?`, [key]);
    } else {
      const ttl = state === "erased" ? ERASED_LIFE_MS / 1_000 : NO_TTL;
      const write = `INSERT INTO ${table} (${keyColumn}, erased) VALUES (?, ?) USING TTL ?`;
      await cql.run(write, [key, state === "erased", ttl]);
    }
    // Counted twice when it is sent twice, which is as good.
    await cql.run(COUNT_CHANGE, [as]);
    this.#forget();
    await clock.delay(2 * COUNT_TRUSTED_MS);
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
    const { cql, table, keyColumn, as } = this.#options;
    const keys = people.map((person) => personKey(as, person).toString("hex"));
    const query = `SELECT ${keyColumn}, erased FROM ${table} WHERE ${keyColumn} IN ?`;
    const rows = await cql.run(query, [keys]);
    const erased = new Map(rows.map((row) => [row[keyColumn], row.erased === true]));
    return people.map((person, i) => {
      const isErased = erased.get(keys[i]);
      return [person, isErased === undefined ? "visible" : isErased ? "erased" : "hidden"] as const;
    });
  }
}

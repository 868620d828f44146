import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import type { GoneState, PersonState, PersonStates } from "../../../model/person-states.ts";
import type { Clock } from "../../clock/clock.ts";
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

const KEYS_PER_READ = 50;
const MAX_KNOWN = 100_000;
const NO_TTL = 0;
/** How long a replica keeps to what it read; a change answers after twice that, as a read may be slow. */
const KNOWN_MS = 1_000;

/** Hidden and erased people as rows, a key a row, so that one read can ask for many. */
export class CqlPersonStates implements PersonStates {
  readonly hidesAny = true;
  readonly #options: CqlPersonStatesOptions;
  readonly #known: LRUCache<UserId, PersonState>;

  constructor(options: CqlPersonStatesOptions) {
    this.#options = options;
    const perf = { now: () => options.clock.monotonicMs() };
    this.#known = new LRUCache({ max: MAX_KNOWN, ttl: KNOWN_MS, perf });
  }

  async goneAmong(people: readonly UserId[]): Promise<ReadonlyMap<UserId, GoneState>> {
    const gone = new Map<UserId, GoneState>();
    const unknown: UserId[] = [];
    const note = (person: UserId, state: PersonState) => {
      if (state !== "visible") gone.set(person, state);
    };
    for (const person of people) {
      const state = this.#known.get(person);
      if (state === undefined) unknown.push(person);
      else note(person, state);
    }
    const parts = Array.from({ length: Math.ceil(unknown.length / KEYS_PER_READ) }, (_, i) =>
      unknown.slice(i * KEYS_PER_READ, (i + 1) * KEYS_PER_READ),
    );
    const read = await Promise.all(parts.map((part) => this.#read(part)));
    for (const [person, state] of read.flat()) note(person, state);
    return gone;
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
    this.#known.delete(person);
    await clock.delay(2 * KNOWN_MS);
  }

  async #read(people: readonly UserId[]): Promise<(readonly [UserId, PersonState])[]> {
    const { cql, table, keyColumn, as } = this.#options;
    const keys = people.map((person) => personKey(as, person).toString("hex"));
    const query = `SELECT ${keyColumn}, erased FROM ${table} WHERE ${keyColumn} IN ?`;
    const rows = await cql.run(query, [keys]);
    const erased = new Map(rows.map((row) => [row[keyColumn], row.erased === true]));
    return people.map((person, i) => {
      const isErased = erased.get(keys[i]);
      const state = isErased === undefined ? "visible" : isErased ? "erased" : "hidden";
      this.#known.set(person, state);
      return [person, state] as const;
    });
  }
}

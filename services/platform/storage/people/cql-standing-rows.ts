import { numberOf, type PersonState, type Standing } from "../../../model/person-states.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import { compareAndSet, ofRow } from "../cql/cas.ts";
import type { Cql, CqlRow } from "../cql/session.ts";
import { ERASED_LIFE_MS } from "./person-key.ts";

/** What a table of people has beside its key; "erased" is null of who is visible, and only remembered. */
export const STANDING_COLUMNS = "erased boolean, change bigint";
/** What such a table of an earlier version lacks. */
export const ADDED_STANDING_COLUMNS = { change: "bigint" };

export interface StandingTable {
  readonly table: string;
  readonly keyColumn: string;
}

const NO_TTL = 0;
/** Of one change that others keep winning. */
const MAX_TRIES = 20;

/** What a row says; one without a number is of an earlier version. */
export function stateOf(row: CqlRow | undefined): PersonState {
  if (row === undefined || row.erased === null) return "visible";
  return row.erased === true ? "erased" : "hidden";
}

/** One row a person: what it is, and by which change. Compare and set: an overtaken change is not applied. */
export class StandingRows {
  readonly #cql: Cql;
  readonly #read: string;
  readonly #insert: string;
  readonly #update: string;

  constructor(cql: Cql, { table, keyColumn }: StandingTable) {
    this.#cql = cql;
    this.#read = `SELECT erased, change FROM ${table} WHERE ${keyColumn} = ?`;
    this.#insert = `INSERT INTO ${table} (${keyColumn}, erased, change) VALUES (?, ?, ?)
      IF NOT EXISTS USING TTL ?`;
    this.#update = `UPDATE ${table} USING TTL ? SET erased = ?, change = ?
      WHERE ${keyColumn} = ? IF change = ?`;
  }

  async read(key: string): Promise<Standing> {
    const row = await this.#cql.serialRead(this.#read, [key]);
    return { state: stateOf(row), change: changeOf(row) };
  }

  /** `state` undefined: as it is. Resolves with the change that is in force. */
  async change(key: string, state: PersonState | undefined, change: number): Promise<number> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const seen = await this.#cql.serialRead(this.#read, [key]);
      const last = changeOf(seen);
      const number = numberOf(change, last);
      if (number < last) return last;
      if (await this.#replace(key, seen, state ?? stateOf(seen), number)) return number;
    }
    throw unavailable(`a person is being changed by others, ${MAX_TRIES} times in a row`);
  }

  async #replace(
    key: string,
    seen: CqlRow | undefined,
    state: PersonState,
    number: number,
  ): Promise<boolean> {
    const erased = state === "visible" ? null : state === "erased";
    // Who is visible is remembered only so that what is late can be told from what is new.
    const ttl = state === "hidden" ? NO_TTL : ERASED_LIFE_MS / 1_000;
    const change = BigInt(number);
    const { applied } = await compareAndSet(this.#cql, {
      statement: seen
        ? { query: this.#update, values: [ttl, erased, change, key, seen.change as bigint | null] }
        : { query: this.#insert, values: [key, erased, change, ttl] },
      readBack: { query: this.#read, values: [key] },
      judge: ofRow(
        (row) => row?.change === change && row.erased === erased,
        (row) => row?.change === seen?.change,
      ),
    });
    return applied;
  }
}

function changeOf(row: CqlRow | undefined): number {
  return Number(row?.change ?? 0);
}

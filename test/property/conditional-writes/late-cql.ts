import { unavailable } from "../../../services/platform/grpc/errors/errors.ts";
import type {
  CasAnswer,
  Cql,
  CqlRow,
  CqlStatement,
  CqlValue,
} from "../../../services/platform/storage/cql/session.ts";
import type { Choose } from "./every-path.ts";

type Row = Record<string, CqlValue>;

/** What a statement looks at and does; the few forms that conditional writes here have. */
interface Change {
  readonly table: string;
  readonly key: Row;
  readonly set: Row;
  /** Undefined: the row must not be there. */
  readonly condition: Row | undefined;
}

/**
 * A store of rows whose conditional writes have unknown outcomes: at most `faults` of them are applied
 * without an answer, or neither applied nor answered until some later moment, if ever. Which, and when, is
 * chosen. It knows the statements of leases, grants, shards and claims.
 */
export class LateCql implements Pick<Cql, "run" | "cas" | "serialRead" | "serialRows"> {
  readonly #choose: Choose;
  readonly #tables = new Map<string, Map<string, Row>>();
  readonly #inFlight: (readonly Change[])[] = [];
  #faults: number;

  constructor(choose: Choose, faults: number) {
    this.#choose = choose;
    this.#faults = faults;
  }

  /** As the code under test wants it: the rest of a session is not for conditional writes. */
  get session(): Cql {
    return this as unknown as Cql;
  }

  async run(query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]> {
    this.land();
    if (!query.startsWith("SELECT")) {
      for (const change of changesOf({ query, values })) this.#write(change);
      return [];
    }
    return this.#select(query, values);
  }

  async cas(query: string, values: readonly CqlValue[]): Promise<CasAnswer> {
    this.land();
    const changes = changesOf({ query, values });
    const fate = this.#faults > 0 ? this.#choose(3) : 0;
    if (fate > 0) this.#faults -= 1;
    if (fate === 2) this.#inFlight.push(changes);
    else {
      const refused = this.#apply(changes);
      if (fate === 0) return refused ? { kind: "refused", rows: refused } : { kind: "applied" };
    }
    return { kind: "unknown", cause: unavailable("no answer") };
  }

  async serialRead(query: string, values: readonly CqlValue[]): Promise<CqlRow | undefined> {
    return (await this.serialRows(query, values))[0];
  }

  async serialRows(query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]> {
    this.land();
    return this.#select(query, values);
  }

  /** What is in flight may arrive now, or not yet. Call it wherever time passes. */
  land(): void {
    for (let i = 0; i < this.#inFlight.length; ) {
      if (this.#choose(2) === 0) i += 1;
      else this.#apply(this.#inFlight.splice(i, 1)[0]);
    }
  }

  /** Undefined when applied; else the rows that were in the way. */
  #apply(changes: readonly Change[]): readonly CqlRow[] | undefined {
    const seen = changes.map((change) => this.#row(change));
    const isMet = changes.every(({ condition }, i) => {
      const row = seen[i];
      if (condition === undefined) return row === undefined;
      return Object.entries(condition).every(([name, value]) => (row?.[name] ?? null) === value);
    });
    if (!isMet) return seen.filter((row) => row !== undefined);
    for (const change of changes) this.#write(change);
    return undefined;
  }

  #write(change: Change): void {
    const rows = this.#tables.getOrInsertComputed(change.table, () => new Map<string, Row>());
    rows.set(keyOf(change.key), { ...change.key, ...this.#row(change), ...change.set });
  }

  #row({ table, key }: Pick<Change, "table" | "key">): Row | undefined {
    return this.#tables.get(table)?.get(keyOf(key));
  }

  #select(query: string, values: readonly CqlValue[]): readonly CqlRow[] {
    const [, table, where = ""] = matched(query, /FROM (\w+)(?: WHERE (.*))?$/s);
    const key = rowOf(namesOf(where), values);
    return [...(this.#tables.get(table)?.values() ?? [])].filter((row) =>
      Object.entries(key).every(([name, value]) => row[name] === value),
    );
  }
}

function changesOf({ query, values }: CqlStatement): readonly Change[] {
  const batch = /^BEGIN BATCH\n(.*);\nAPPLY BATCH$/s.exec(query);
  if (!batch) return [changeOf(query, values)];
  const statements = batch[1].split(";\n");
  const each = values.length / statements.length;
  return statements.map((one, i) => changeOf(one, values.slice(i * each, (i + 1) * each)));
}

function changeOf(query: string, values: readonly CqlValue[]): Change {
  if (query.startsWith("INSERT")) {
    const [, table, columns, given] = matched(
      query,
      /INTO (\w+)\s*\(([^)]*)\)\s+VALUES \(([^)]*)\)/,
    );
    const names = columns.split(",").map((name) => name.trim());
    let next = 0;
    const all = given
      .split(",")
      .map((one) => (one.trim() === "?" ? values[next++] : constant(one)));
    const row = rowOf(names, all);
    const keys = names.slice(0, KEY_COLUMNS[table]);
    return { table, key: rowOf(keys, all), set: row, condition: undefined };
  }
  const [, table, set, where, given] = matched(query, /UPDATE (\w+) SET (.*) WHERE (.*) IF (.*)$/s);
  let next = 0;
  const take = (part: string): Row => {
    const pairs = part.split(/,| AND /).map((pair) => pair.split("=").map((one) => one.trim()));
    return Object.fromEntries(
      pairs.map(([name, one]) => [name, one === "?" ? values[next++] : constant(one)]),
    );
  };
  const [changed, key, condition] = [take(set), take(where), take(given)];
  return { table, key, set: changed, condition };
}

/** How many of the first columns are the key, in the tables that rows are inserted into. */
const KEY_COLUMNS: Readonly<Record<string, number>> = {
  leases: 2,
  lease_directory: 2,
  id_grants: 1,
  post_requests: 2,
};
/** Small numbers that are bigint columns, and the one that is an int. */
const INT_COLUMN_ZERO = "looks";

function constant(text: string): CqlValue {
  return BigInt(text.trim());
}

function namesOf(where: string): string[] {
  return [...where.matchAll(/(\w+) = \?/g)].map(([, name]) => name);
}

function rowOf(names: readonly string[], values: readonly CqlValue[]): Row {
  return Object.fromEntries(
    names.map((name, i) => [name, name === INT_COLUMN_ZERO ? Number(values[i]) : values[i]]),
  );
}

function keyOf(key: Row): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join();
}

function matched(query: string, pattern: RegExp): RegExpExecArray {
  const match = pattern.exec(query);
  if (!match) throw new Error(`not understood: ${query}`);
  return match;
}

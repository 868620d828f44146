import type { Client } from "cassandra-driver";
import type {
  CqlRow,
  CqlStatement,
  CqlValue,
} from "../../../services/platform/storage/cql/session.ts";
import { type Line, lineOf, READ_AT, ttlAs, writtenAs } from "./cells.ts";
import { isKey, type Table } from "./columns.ts";

/** A table is read, and stored, in so many ranges of its partitions' tokens. */
export const RANGES = 16;
const PAGE_ROWS = 1_000;
const PAGE_BIG_ROWS = 8;
const [FIRST_TOKEN, LAST_TOKEN] = [-(2n ** 63n), 2n ** 63n - 1n];
const READ_TIMEOUT_MS = 30_000;
const NEWLINE = "\n";

/** The first and the last token of a range. */
export function tokensOf(range: number): readonly [bigint, bigint] {
  const width = 2n ** 64n / BigInt(RANGES);
  const first = FIRST_TOKEN + BigInt(range) * width;
  return [first, range === RANGES - 1 ? LAST_TOKEN : first + width - 1n];
}

/** The rows of one range, page by page, with the time and the life of each cell. */
export function readRange(
  client: Client,
  table: Table,
  range: number,
): AsyncGenerator<readonly CqlRow[]> {
  const key = partitionKeyOf(table).join(", ");
  return pages(client, inRange({ select: selectionOf(table), table: table.name, key }, range));
}

/** Some columns of a whole table, page by page; `key` is that of its partitions. */
export async function* readAll(
  client: Client,
  columns: Columns,
): AsyncGenerator<readonly CqlRow[]> {
  for (let range = 0; range < RANGES; range++) yield* pages(client, inRange(columns, range));
}

/** The rows of one partition; few at once, for each may be a megabyte. */
export function readPartition(
  client: Client,
  table: Table,
  key: readonly CqlValue[],
): AsyncGenerator<readonly CqlRow[]> {
  const where = partitionKeyOf(table).map((name) => `${name} = ?`);
  const query = `SELECT ${selectionOf(table)} FROM ${table.name} WHERE ${where.join(" AND ")}`;
  return pages(client, { query, values: key, fetchSize: PAGE_BIG_ROWS });
}

/** Rows as lines of JSON; the first says which columns they have. */
export async function* asLines(
  table: Table,
  rows: AsyncIterable<readonly CqlRow[]>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(JSON.stringify(table.columns) + NEWLINE);
  const inPartition = new PartitionStatics(table);
  for await (const page of rows) {
    const lines = page.map((row) => inPartition.onceEach(lineOf(table, row)));
    yield Buffer.from(lines.map((line) => JSON.stringify(line) + NEWLINE).join(""));
  }
}

/** A partition's static cells are in each of its rows: the first one keeps them. */
class PartitionStatics {
  readonly #keys: readonly number[];
  readonly #statics: readonly number[];
  #partition = "";

  constructor({ columns }: Table) {
    const places = (kind: string) =>
      columns.flatMap((column, i) => (column.kind === kind ? [i] : []));
    this.#keys = places("partition_key");
    this.#statics = places("static");
  }

  onceEach(line: Line): Line {
    if (this.#statics.length === 0) return line;
    const partition = JSON.stringify(this.#keys.map((i) => line[i]));
    const isFirst = partition !== this.#partition;
    this.#partition = partition;
    return isFirst ? line : line.map((cell, i) => (this.#statics.includes(i) ? null : cell));
  }
}

function partitionKeyOf({ columns }: Table): readonly string[] {
  return columns.filter(({ kind }) => kind === "partition_key").map(({ name }) => name);
}

function selectionOf({ columns }: Table): string {
  const selected = columns.flatMap((column) =>
    isKey(column)
      ? [column.name]
      : [
          column.name,
          `WRITETIME(${column.name}) AS ${writtenAs(column.name)}`,
          `TTL(${column.name}) AS ${ttlAs(column.name)}`,
        ],
  );
  selected.push(`toUnixTimestamp(now()) AS ${READ_AT}`);
  return selected.join(", ");
}

interface Columns {
  readonly select: string;
  readonly table: string;
  readonly key: string;
}

function inRange({ select, table, key }: Columns, range: number): PagedQuery {
  const token = `token(${key})`;
  const query = `SELECT ${select} FROM ${table} WHERE ${token} >= ? AND ${token} <= ?`;
  return { query, values: tokensOf(range), fetchSize: PAGE_ROWS };
}

interface PagedQuery extends CqlStatement {
  readonly fetchSize: number;
}

/** What a query finds, page by page. */
async function* pages(
  client: Client,
  { query, values, fetchSize }: PagedQuery,
): AsyncGenerator<readonly CqlRow[]> {
  let pageState: string | undefined;
  do {
    const options = {
      ...{ prepare: true, isIdempotent: true, fetchSize, readTimeout: READ_TIMEOUT_MS },
      ...(pageState !== undefined && { pageState }),
    };
    const result = await client.execute(query, [...values], options);
    yield result.rows as unknown as readonly CqlRow[];
    pageState = result.pageState ?? undefined;
  } while (pageState !== undefined);
}

import type { Client } from "cassandra-driver";
import type { CqlRow } from "../../../services/platform/storage/cql/session.ts";
import { type Line, lastWritten, lineOf, READ_AT, ttlAs, writtenAs } from "./cells.ts";
import { isKey, type Table } from "./columns.ts";

/** A table is read, and stored, in so many ranges of its partitions' tokens. */
export const RANGES = 16;
const PAGE_ROWS = 1_000;
const [FIRST_TOKEN, LAST_TOKEN] = [-(2n ** 63n), 2n ** 63n - 1n];
const READ_TIMEOUT_MS = 30_000;
const NEWLINE = "\n";

/** The first and the last token of a range. */
export function tokensOf(range: number): readonly [bigint, bigint] {
  const width = 2n ** 64n / BigInt(RANGES);
  const first = FIRST_TOKEN + BigInt(range) * width;
  return [first, range === RANGES - 1 ? LAST_TOKEN : first + width - 1n];
}

/** The rows of one range as lines of JSON; the first says which columns they have. */
export async function* readRange(
  client: Client,
  table: Table,
  range: number,
  writtenByUs: bigint,
): AsyncGenerator<Buffer> {
  yield Buffer.from(JSON.stringify(table.columns) + NEWLINE);
  const inPartition = new PartitionStatics(table);
  for await (const rows of pages(client, queryOf(table), tokensOf(range))) {
    const lines = rows
      .map((row) => inPartition.onceEach(lineOf(table, row)))
      .filter((line) => lastWritten(line) <= writtenByUs);
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

function queryOf({ name, columns }: Table): string {
  const selected = columns.flatMap((column) =>
    isKey(column)
      ? [column.name]
      : [
          column.name,
          `WRITETIME(${column.name}) AS ${writtenAs(column.name)}`,
          `TTL(${column.name}) AS ${ttlAs(column.name)}`,
        ],
  );
  const partition = columns.filter(({ kind }) => kind === "partition_key").map((one) => one.name);
  const token = `token(${partition.join(", ")})`;
  selected.push(`toUnixTimestamp(now()) AS ${READ_AT}`);
  return `SELECT ${selected.join(", ")} FROM ${name} WHERE ${token} >= ? AND ${token} <= ?`;
}

async function* pages(
  client: Client,
  query: string,
  tokens: readonly bigint[],
): AsyncGenerator<readonly CqlRow[]> {
  let pageState: string | undefined;
  do {
    const options = {
      ...{ prepare: true, isIdempotent: true, fetchSize: PAGE_ROWS, readTimeout: READ_TIMEOUT_MS },
      ...(pageState !== undefined && { pageState }),
    };
    const result = await client.execute(query, [...tokens], options);
    yield result.rows as unknown as readonly CqlRow[];
    pageState = result.pageState ?? undefined;
  } while (pageState !== undefined);
}

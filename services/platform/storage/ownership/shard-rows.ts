import { compareAndSet, type Verdict } from "../cql/cas.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../cql/session.ts";
import type { Member, ShardRow } from "./assignment.ts";

/** Shards of one partition: 64 reads give the map, and 64 conditional batches move everything. */
const SHARDS_PER_BUCKET = 64;
const NOBODY = 0n;
const NEVER = 0n;

/** The table of a service's shards, "timeline_shards". */
export function shardTable(table: string): TableDefinition {
  return {
    table,
    create: `CREATE TABLE IF NOT EXISTS ${table} (
      bucket int, shard int, generation bigint, address text, moves bigint,
      PRIMARY KEY (bucket, shard))`,
    added: { moves: "bigint" },
  };
}

export interface ShardRowsOptions {
  /** As made by `shardTable`. */
  readonly table: string;
  readonly shardCount: number;
}

/** Who owns each shard, changed by compare-and-set only. */
export class ShardRows {
  readonly shardCount: number;
  readonly #cql: Cql;
  readonly #list: string;
  readonly #change: string;

  constructor(cql: Cql, { table, shardCount }: ShardRowsOptions) {
    this.#cql = cql;
    this.shardCount = shardCount;
    this.#list = `SELECT shard, generation, address, moves FROM ${table} WHERE bucket = ?`;
    // Of a row that is not there yet all is null; of one that was given away, generation and address.
    this.#change = `UPDATE ${table} SET generation = ?, address = ?, moves = ?
      WHERE bucket = ? AND shard = ? IF generation = ? AND moves = ?`;
  }

  /** A row for every shard, in order; those that nobody owns have generation 0. */
  async list(): Promise<ShardRow[]> {
    const rows = Array.from({ length: this.shardCount }, (_, shard): ShardRow => {
      return { shard, generation: NOBODY, address: "", moves: NEVER };
    });
    const bucketCount = Math.ceil(this.shardCount / SHARDS_PER_BUCKET);
    const buckets = Array.from({ length: bucketCount }, (_, i) => i);
    await Promise.all(
      buckets.map(async (bucket) => {
        for (const row of await this.#cql.run(this.#list, [bucket])) {
          const shardRow = shardRowOf(row);
          rows[shardRow.shard] = shardRow;
        }
      }),
    );
    return rows;
  }

  /** Rows of one bucket, all of them or none. False: another was faster with at least one. */
  take(seen: readonly ShardRow[], by: Member): Promise<boolean> {
    return this.#changeAll(seen, by);
  }

  /**
   * Leaves shards of ours, of one bucket, to whoever should have them. False: they are not ours any more.
   * UNAVAILABLE: they may be given at any time; until that is known they are neither kept nor taken.
   */
  give(seen: readonly ShardRow[]): Promise<boolean> {
    return this.#changeAll(seen, { generation: NOBODY, address: "" });
  }

  /** A batch changes all rows or none; but rows of ours may come of an earlier one, so all are looked at. */
  async #changeAll(seen: readonly ShardRow[], to: Member): Promise<boolean> {
    const statements = seen.map(() => this.#change).join(";\n");
    const values = seen.flatMap((row): CqlValue[] => {
      const key = [bucketOf(row), row.shard];
      return [...written(to), row.moves + 1n, ...key, written(row)[0], row.moves || null];
    });
    const result = await compareAndSet(this.#cql, {
      statement: { query: `BEGIN BATCH\n${statements};\nAPPLY BATCH`, values },
      readBack: { query: this.#list, values: [bucketOf(seen[0])] },
      judge: (rows) => judge(seen, to, rows),
    });
    return result.applied;
  }
}

/** What `rows` say about the change of all that was `seen` to the owner `to`. */
function judge(seen: readonly ShardRow[], to: Member, rows: readonly CqlRow[]): Verdict {
  const found = new Map(rows.map((row) => [row.shard, shardRowOf(row)]));
  const now = seen.map((row) => found.get(row.shard) ?? (row.moves === NEVER ? row : undefined));
  if (now.includes(undefined)) return "unclear";
  const isOurs = now.every(
    (row, i) => row?.generation === to.generation && row.moves === seen[i].moves + 1n,
  );
  if (isOurs) return "ours";
  return now.every((row, i) => row?.moves === seen[i].moves) ? "unchanged" : "other";
}

function shardRowOf(row: CqlRow): ShardRow {
  return {
    shard: row.shard as number,
    generation: (row.generation as bigint | null) ?? NOBODY,
    address: (row.address as string | null) ?? "",
    moves: (row.moves as bigint | null) ?? NEVER,
  };
}

/** Generation and address as they are stored. */
function written({ generation, address }: Member): [bigint | null, string | null] {
  return generation === NOBODY ? [null, null] : [generation, address];
}

/** Where a shard's row is; those of one bucket change together. */
export function bucketOf({ shard }: Pick<ShardRow, "shard">): number {
  return Math.floor(shard / SHARDS_PER_BUCKET);
}

/** Rows that change together. */
export function byBucket(rows: readonly ShardRow[]): readonly (readonly ShardRow[])[] {
  return [...Map.groupBy(rows, bucketOf).values()];
}

import { compareAndSet } from "../cql/cas.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../cql/session.ts";
import type { Member, ShardRow } from "./assignment.ts";

/** Shards of one partition: 64 reads give the map, and 64 conditional batches move everything. */
const SHARDS_PER_BUCKET = 64;
const NOBODY = 0n;

/** The table of a service's shards, "timeline_shards". */
export function shardTable(table: string): TableDefinition {
  return {
    table,
    create: `CREATE TABLE IF NOT EXISTS ${table} (
      bucket int, shard int, generation bigint, address text, PRIMARY KEY (bucket, shard))`,
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
  readonly #read: string;
  readonly #change: string;

  constructor(cql: Cql, { table, shardCount }: ShardRowsOptions) {
    this.#cql = cql;
    this.shardCount = shardCount;
    this.#list = `SELECT shard, generation, address FROM ${table} WHERE bucket = ?`;
    this.#read = `SELECT generation FROM ${table} WHERE bucket = ? AND shard = ?`;
    // Of a row that is not there yet the generation is null, as of one that was given away.
    this.#change = `UPDATE ${table} SET generation = ?, address = ?
      WHERE bucket = ? AND shard = ? IF generation = ?`;
  }

  /** A row for every shard, in order; those that nobody owns have generation 0. */
  async list(): Promise<ShardRow[]> {
    const rows = Array.from({ length: this.shardCount }, (_, shard): ShardRow => {
      return { shard, generation: NOBODY, address: "" };
    });
    const bucketCount = Math.ceil(this.shardCount / SHARDS_PER_BUCKET);
    const buckets = Array.from({ length: bucketCount }, (_, i) => i);
    await Promise.all(
      buckets.map(async (bucket) => {
        for (const row of await this.#cql.run(this.#list, [bucket])) {
          const shard = row.shard as number;
          const generation = (row.generation as bigint | null) ?? NOBODY;
          rows[shard] = { shard, generation, address: (row.address as string | null) ?? "" };
        }
      }),
    );
    return rows;
  }

  /** Rows of one bucket, all of them or none. False: another was faster with at least one. */
  take(seen: readonly ShardRow[], by: Member): Promise<boolean> {
    const isTaken = (row: CqlRow | undefined) => row?.generation === by.generation;
    return this.#changeAll(seen, by.generation, by.address, isTaken);
  }

  /** Leaves shards of ours, of one bucket, to whoever should have them. False: they were not ours. */
  give(seen: readonly ShardRow[]): Promise<boolean> {
    const isGiven = (row: CqlRow | undefined) => row?.generation !== seen[0].generation;
    return this.#changeAll(seen, null, null, isGiven);
  }

  /** A batch changes all rows or none, so that one of them tells of all. */
  async #changeAll(
    seen: readonly ShardRow[],
    to: bigint | null,
    address: string | null,
    isOurs: (row: CqlRow | undefined) => boolean,
  ): Promise<boolean> {
    const statements = seen.map(() => this.#change).join(";\n");
    const values = seen.flatMap((row): CqlValue[] => {
      const expected = row.generation === NOBODY ? null : row.generation;
      return [to, address, bucketOf(row), row.shard, expected];
    });
    const statement = { query: `BEGIN BATCH\n${statements};\nAPPLY BATCH`, values };
    const readBack = { query: this.#read, values: [bucketOf(seen[0]), seen[0].shard] };
    return (await compareAndSet(this.#cql, statement, readBack, isOurs)).applied;
  }
}

/** Where a shard's row is; those of one bucket change together. */
export function bucketOf({ shard }: Pick<ShardRow, "shard">): number {
  return Math.floor(shard / SHARDS_PER_BUCKET);
}

import { SHARD_COUNT } from "../../../model/shards.ts";
import { compareAndSet } from "../../../platform/storage/cql/cas.ts";
import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import type { Member, ShardRow } from "../../domain/ownership/assignment.ts";

/** Shards of one partition: 64 reads give the map, and 64 conditional batches move everything. */
const SHARDS_PER_BUCKET = 64;
const NOBODY = 0n;

export const SHARD_TABLES: readonly TableDefinition[] = [
  {
    table: "timeline_shards",
    create: `CREATE TABLE IF NOT EXISTS timeline_shards (
      bucket int, shard int, generation bigint, address text, PRIMARY KEY (bucket, shard))`,
  },
];

const LIST = "SELECT shard, generation, address FROM timeline_shards WHERE bucket = ?";
const READ = "SELECT generation FROM timeline_shards WHERE bucket = ? AND shard = ?";
/** Of a row that is not there yet the generation is null, as of one that was given away. */
const CHANGE = `UPDATE timeline_shards SET generation = ?, address = ?
  WHERE bucket = ? AND shard = ? IF generation = ?`;

/** Who owns each shard, changed by compare-and-set only (rule 2.1). */
export class ShardRows {
  readonly #cql: Cql;

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  /** A row for every shard, in order; those that nobody owns have generation 0. */
  async list(): Promise<ShardRow[]> {
    const rows = Array.from({ length: SHARD_COUNT }, (_, shard): ShardRow => {
      return { shard, generation: NOBODY, address: "" };
    });
    const buckets = Array.from({ length: SHARD_COUNT / SHARDS_PER_BUCKET }, (_, i) => i);
    await Promise.all(
      buckets.map(async (bucket) => {
        for (const row of await this.#cql.run(LIST, [bucket])) {
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
    return this.#change(seen, by.generation, by.address, isTaken);
  }

  /** Leaves shards of ours, of one bucket, to whoever should have them. False: they were not ours. */
  give(seen: readonly ShardRow[]): Promise<boolean> {
    const isGiven = (row: CqlRow | undefined) => row?.generation !== seen[0].generation;
    return this.#change(seen, null, null, isGiven);
  }

  /** A batch changes all rows or none, so that one of them tells of all. */
  async #change(
    seen: readonly ShardRow[],
    to: bigint | null,
    address: string | null,
    isOurs: (row: CqlRow | undefined) => boolean,
  ): Promise<boolean> {
    const statements = seen.map(() => CHANGE).join(";\n");
    const values = seen.flatMap((row): CqlValue[] => {
      const expected = row.generation === NOBODY ? null : row.generation;
      return [to, address, bucketOf(row), row.shard, expected];
    });
    const statement = { query: `BEGIN BATCH\n${statements};\nAPPLY BATCH`, values };
    const readBack = { query: READ, values: [bucketOf(seen[0]), seen[0].shard] };
    return (await compareAndSet(this.#cql, statement, readBack, isOurs)).applied;
  }
}

/** Where a shard's row is; those of one bucket change together. */
export function bucketOf({ shard }: Pick<ShardRow, "shard">): number {
  return Math.floor(shard / SHARDS_PER_BUCKET);
}

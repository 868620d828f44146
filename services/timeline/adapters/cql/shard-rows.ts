import { SHARD_COUNT } from "../../../model/shards.ts";
import { compareAndSet } from "../../../platform/storage/cql/cas.ts";
import type { TableDefinition } from "../../../platform/storage/cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../../../platform/storage/cql/session.ts";
import type { Member, ShardRow } from "../../domain/ownership/assignment.ts";

/** Shards of one partition: few enough that conditional writes seldom meet, and 64 reads give the map. */
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
const CREATE = `INSERT INTO timeline_shards (generation, address, bucket, shard)
  VALUES (?, ?, ?, ?) IF NOT EXISTS`;
const CHANGE = `UPDATE timeline_shards SET generation = ?, address = ?
  WHERE bucket = ? AND shard = ? IF generation = ?`;

/** Who owns each shard, changed by compare-and-set only (rule 2.1). */
export class ShardRows {
  private readonly cql: Cql;

  constructor(cql: Cql) {
    this.cql = cql;
  }

  /** A row for every shard, in order; those never owned have generation 0. */
  async list(): Promise<ShardRow[]> {
    const rows = Array.from({ length: SHARD_COUNT }, (_, shard): ShardRow => {
      return { shard, generation: NOBODY, address: "" };
    });
    const buckets = Array.from({ length: SHARD_COUNT / SHARDS_PER_BUCKET }, (_, i) => i);
    await Promise.all(
      buckets.map(async (bucket) => {
        for (const row of await this.cql.run(LIST, [bucket])) {
          const shard = row.shard as number;
          const { generation, address } = row as { generation: bigint; address: string };
          rows[shard] = { shard, generation, address };
        }
      }),
    );
    return rows;
  }

  /** False: another was faster. */
  take(seen: ShardRow, by: Member): Promise<boolean> {
    return this.change(seen, by);
  }

  /** Leaves a shard of ours to whoever should have it. */
  give(seen: ShardRow): Promise<boolean> {
    return this.change(seen, { generation: NOBODY, address: "" });
  }

  private async change({ shard, generation, address }: ShardRow, to: Member): Promise<boolean> {
    const key = [Math.floor(shard / SHARDS_PER_BUCKET), shard];
    const values: CqlValue[] = [to.generation, to.address, ...key];
    const isNew = generation === NOBODY && address === "" && !(await this.isThere(key));
    const statement = isNew
      ? { query: CREATE, values }
      : { query: CHANGE, values: [...values, generation] };
    const isOurs = (row: CqlRow | undefined) => row?.generation === to.generation;
    return (await compareAndSet(this.cql, statement, { query: READ, values: key }, isOurs)).applied;
  }

  private async isThere(key: readonly number[]): Promise<boolean> {
    return (await this.cql.serialRead(READ, key)) !== undefined;
  }
}

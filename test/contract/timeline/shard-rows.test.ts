import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { SHARD_COUNT } from "../../../services/model/shards.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { ShardRows, shardTable } from "../../../services/platform/storage/ownership/shard-rows.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";

const address = await runningCql();
const SHARDS = { table: "some_shards", shardCount: SHARD_COUNT };
const ONE = { generation: 11n, address: "timeline-1:50053" };
const TWO = { generation: 22n, address: "timeline-2:50053" };

describe.skipIf(!address)(cqlTitle("shard rows (rule 2.1)", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  let rows: ShardRows;

  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, [shardTable(SHARDS.table)]);
    rows = new ShardRows(keyspace.cql, SHARDS);
  });
  afterAll(() => keyspace.drop());

  it("are there for every shard before anyone owned one", async () => {
    const all = await rows.list();
    expect(all).toHaveLength(SHARD_COUNT);
    expect(all[4_095]).toEqual({ shard: 4_095, generation: 0n, address: "", moves: 0n });
  });

  it("change hands by compare-and-set: of two who saw the same, one wins", async () => {
    const seen = (await rows.list())[7];
    const wins = await Promise.all([rows.take([seen], ONE), rows.take([seen], TWO)]);
    expect(wins.filter(Boolean)).toHaveLength(1);
    const owned = (await rows.list())[7];
    expect(owned).toEqual({ shard: 7, ...(wins[0] ? ONE : TWO), moves: 1n });
    expect(await rows.take([seen], wins[0] ? TWO : ONE)).toBe(false);
    expect(await rows.give([owned])).toBe(true);
    const given = (await rows.list())[7];
    expect(given).toEqual({ shard: 7, generation: 0n, address: "", moves: 2n });
    // Ours once more: what the first time named is not this one.
    expect(await rows.take([given], ONE)).toBe(true);
    expect(await rows.give([owned])).toBe(false);
    expect(await rows.give([(await rows.list())[7]])).toBe(true);
    expect(await rows.take([(await rows.list())[7]], TWO)).toBe(true);
  });

  it("of one bucket change together, or not at all", async () => {
    const seen = (await rows.list()).slice(64, 128);
    expect(await rows.take(seen, ONE)).toBe(true);
    const owned = (await rows.list()).slice(64, 128);
    expect(owned.map(({ generation }) => generation)).toEqual(seen.map(() => ONE.generation));
    expect(await rows.take([owned[3]], TWO)).toBe(true);
    expect(await rows.take(owned, TWO)).toBe(false);
    expect((await rows.list()).slice(64, 128).filter((row) => row.generation === 22n)).toHaveLength(
      1,
    );
    expect(await rows.give(owned.slice(4))).toBe(true);
    expect((await rows.list())[127]).toMatchObject({ shard: 127, generation: 0n, address: "" });
  });
});

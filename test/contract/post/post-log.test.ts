import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makePostId } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { decodePostLogRow } from "../../../services/model/wire/post-log-row.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { u64Key } from "../../../services/platform/storage/lmdb/keys.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { damage } from "../../../services/platform/storage/testing/damage.ts";
import {
  beginPostLog,
  bucketAt,
  POST_LOG_TABLES,
  PostLogRows,
  raiseBegan,
} from "../../../services/post/adapters/cql/post-log-rows.ts";
import { POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { openLmdbPostLog } from "../../../services/post/adapters/lmdb/lmdb-post-log.ts";
import { PostTables } from "../../../services/post/adapters/lmdb/post-tables.ts";
import { LogWriter } from "../../../services/post/domain/log-writer.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { postLogContract } from "./post-log.contract.ts";

const address = await runningCql();
const KEPT_MS = 24 * 3_600_000;

async function lmdbWorld() {
  const folder = await mkdtemp(join(tmpdir(), "tidings-post-log-"));
  const clock = new ManualClock();
  const open = async () => {
    const lmdb = openLmdb(folder);
    const tables = new PostTables(lmdb);
    const log = await openLmdbPostLog({
      lmdb,
      tables,
      clock,
      random: Math.random,
      keptMs: KEPT_MS,
    });
    return { lmdb, log, tables };
  };
  let opened = await open();
  return {
    clock,
    get log() {
      return opened.log;
    },
    write: (changes: Parameters<typeof opened.log.write>[1]) =>
      opened.lmdb.commit((tx) => {
        for (const change of changes) {
          const { posts } = opened.tables.of(change.postId);
          tx.put(posts, u64Key(change.postId), Buffer.alloc(0));
          opened.log.add(tx, change);
        }
      }),
    reopen: async () => {
      await opened.lmdb.close();
      opened = await open();
    },
    /** Flips a bit in the rows of these authors. */
    damage: async (authors: readonly bigint[]) => {
      await opened.lmdb.close();
      for (const author of authors) await damage(folder, u64Key(author).reverse());
      opened = await open();
    },
    close: async () => {
      await opened.lmdb.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe("post log, LMDB", () => {
  postLogContract(lmdbWorld);

  it("keeps rows no longer than it is told, and goes on", async () => {
    const world = await lmdbWorld();
    const put = async () =>
      world.write([
        { postId: makePostId(world.clock.nowMs(), 1, 1), authorId: 1n, deleted: false },
      ]);
    for (let i = 0; i < 6; i++) await put();
    await world.clock.advance(KEPT_MS + 1);
    for (let i = 0; i < 2; i++) await put();
    const [head] = (await world.log.heads()).heads;
    const query = { generation: head.generation, place: { seq: 0, bucket: 0 }, limit: 100 };
    const rows = await world.log.list({ ...query, direction: "after" });
    expect(rows.map(({ seq }) => seq)).toEqual([7, 8]);
    await world.close();
  });
});

describe("post log, LMDB, with damaged rows", () => {
  const AUTHORS = [1, 2, 3, 4].map((i) => BigInt(i) * 0x0feed_beef_0001n);

  async function damaged(...places: readonly number[]) {
    const world = await lmdbWorld();
    const ids = AUTHORS.map((_, i) => makePostId(world.clock.nowMs() + i, 1, 0));
    for (const [i, authorId] of AUTHORS.entries())
      await world.write([{ postId: ids[i], authorId, deleted: false }]);
    await world.damage(places.map((i) => AUTHORS[i]));
    const query = { generation: 0n, place: { seq: 0, bucket: 0 }, limit: 100 };
    const read = async () => {
      const [{ generation, seq }] = (await world.log.heads()).heads;
      const rows = await world.log.list({ ...query, generation, direction: "after" });
      return { seq, rows: rows.map(({ packed }) => decodePostLogRow(packed)) };
    };
    return { world, ids, read };
  }

  it("says of each that it is lost, and what nobody can know now", async () => {
    const { world, ids, read } = await damaged(1);
    const { seq, rows } = await read();
    expect(seq).toBe(4);
    expect(rows.map(({ posts }) => posts.length / 2)).toEqual([1, 0, 1, 1]);
    expect(rows[1].highestBefore).toBe(ids[1]);
    await world.reopen();
    expect((await read()).rows).toEqual(rows);
    await world.close();
  });

  it("goes on behind the last one", async () => {
    const { world, ids, read } = await damaged(3);
    await world.write([{ postId: 7n, authorId: 1n, deleted: false }]);
    const { seq, rows } = await read();
    expect(seq).toBe(5);
    expect(rows.map(({ posts }) => posts.length / 2)).toEqual([1, 1, 1, 0, 1]);
    expect(rows[3].highestBefore).toBe(rows[4].highestBefore);
    expect(rows[4].highestBefore).toBe(ids[3]);
    await world.close();
  });
});

describe.skipIf(!address)(cqlTitle("post log", address), () => {
  async function world() {
    const { cql, drop } = await freshKeyspace(present(address));
    const clock = new ManualClock();
    await migrate(cql, [...POST_TABLES, ...POST_LOG_TABLES]);
    await beginPostLog(cql, clock);
    const open = (generation: bigint) => {
      const rows = new PostLogRows(cql, { clock, keptSeconds: KEPT_MS / 1_000 });
      const enlist = rows.enlist.bind(rows);
      const insert = rows.insert.bind(rows);
      const writer = new LogWriter({ enlist, insert, bucketAt, clock: instant(clock) });
      return { log: rows, generation, writer };
    };
    let opened = open(1n);
    return {
      cql,
      clock,
      get log() {
        return opened.log;
      },
      write: (changes: Parameters<LogWriter["write"]>[1]) =>
        opened.writer.write(opened.generation, changes),
      reopen: async () => {
        opened = open(opened.generation + 1n);
      },
      close: drop,
    };
  }
  postLogContract(world);

  it("has all heads for three reads, of an older version's generations too, and none of what has ended", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    const clock = new ManualClock();
    await migrate(cql, [...POST_TABLES, ...POST_LOG_TABLES]);
    let reads = 0;
    const keptSeconds = KEPT_MS / 1_000;
    const log = new PostLogRows(cql, { clock, keptSeconds, onReads: (count) => (reads += count) });
    const packed = Buffer.alloc(16);
    const put = async (generation: bigint, seq: number) => {
      await log.enlist(generation, 5);
      const row = { seq, bucket: 5, previousBucket: 5, packed };
      await log.insert(generation, row, { since: 0, posts: [] });
    };
    for (let generation = 1n; generation <= 5n; generation++) await put(generation, 1);
    await put(3n, 2);
    const headsNow = async () => {
      reads = 0;
      const { heads } = await log.heads();
      return heads
        .map(({ generation, seq, bucket }) => `${generation}: ${seq} in ${bucket}`)
        .sort();
    };
    const all = ["1: 1 in 5", "2: 1 in 5", "3: 2 in 5", "4: 1 in 5", "5: 1 in 5"];
    expect([await headsNow(), reads]).toEqual([all, 3]);
    await cql.run("DELETE FROM post_log_heads WHERE scope = ? AND generation = ?", [0, 3n]);
    expect([await headsNow(), reads]).toEqual([all, 5]);
    // The head outlives its row by a day.
    await cql.run(
      "INSERT INTO post_log_heads (scope, generation, seq, bucket) VALUES (?, ?, ?, ?) USING TTL ?",
      [0, 4n, 1n, 5, 86_400 + 30],
    );
    expect(await headsNow()).toEqual(all.filter((head) => !head.startsWith("4")));
    await drop();
  });

  it("tells with its heads of the latest deletions, unless an older version has written them", async () => {
    const { log, cql, write, close } = await world();
    const change = (postId: bigint, deleted: boolean) => ({ postId, authorId: 1n, deleted });
    await write([change(2n ** 62n + 1n, true), change(7n, false)]);
    await write([change(8n, true)]);
    const told = async () => (await log.heads()).heads.map(({ deletions }) => deletions);
    expect(await told()).toEqual([{ since: 0, posts: [2n ** 62n + 1n, 8n] }]);
    await cql.run("DELETE deletions FROM post_log_heads WHERE scope = ? AND generation = ?", [
      0,
      1n,
    ]);
    expect(await told()).toEqual([undefined]);
    await close();
  });

  it("begins above the posts that are there already", async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    const clock = new ManualClock();
    await migrate(cql, [...POST_TABLES, ...POST_LOG_TABLES]);
    await cql.run("INSERT INTO posts (post_id, author_id) VALUES (?, ?)", [5n, 1n]);
    await beginPostLog(cql, clock);
    await beginPostLog(cql, clock);
    const log = new PostLogRows(cql, { clock, keptSeconds: 60 });
    const { began } = await log.heads();
    expect(began).toBeGreaterThan(makePostId(clock.nowMs(), 0, 0));
    await raiseBegan(cql, began - 2n);
    expect((await log.heads()).began).toBe(began);
    await raiseBegan(cql, began + 5n);
    expect((await log.heads()).began).toBe(began + 6n);
    await drop();
  });
});

/** Time passes only when the test says so: the writer's pauses are over at once. */
function instant(clock: ManualClock) {
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    delay: async () => {},
  };
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePostId, type PostId } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { SHARD_COUNT } from "../../../services/model/shards.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { unavailable } from "../../../services/platform/grpc/errors/errors.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import type { Cql, CqlStatement } from "../../../services/platform/storage/cql/session.ts";
import { CqlEntryStore } from "../../../services/timeline/adapters/cql/cql-entry-store.ts";
import { DAY_MS } from "../../../services/timeline/adapters/cql/entry-rows.ts";
import { ENTRY_TABLES } from "../../../services/timeline/adapters/cql/entry-tables.ts";
import { changedCql } from "../../support/engines/changed-cql.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { appendOf, complete, entry, postsOf, viewer } from "../../support/entry-calls.ts";

const address = await runningCql();
const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
const RING_ENTRIES = 160;
const WINDOW_DAYS = 5;
const NOW_MS = Date.now();

/** A post so long ago. */
function post(daysAgo: number, number = 0): PostId {
  return makePostId(NOW_MS - daysAgo * DAY_MS, 1, number);
}

describe.skipIf(!address)(cqlTitle("rows of entries", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  let nextViewer = 1;
  let first: number;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, ENTRY_TABLES);
  });
  afterAll(() => keyspace?.drop());
  beforeEach(() => {
    first = nextViewer;
    nextViewer += 10;
  });

  /** What a process finds that takes over; `changed` stands between it and the database. */
  async function takeOver(changed: Partial<Cql> = {}): Promise<CqlEntryStore> {
    const store = new CqlEntryStore({
      cql: changedCql(keyspace.cql, changed),
      ownership: { owns: () => true, term: () => 1 },
      limits: { maxRingEntries: RING_ENTRIES, maxSlabBytes: 1 << 20 },
      times: { windowMs: WINDOW_DAYS * DAY_MS, marginMs: DAY_MS, partitionMs: DAY_MS },
      clock: systemClock,
    });
    await store.acquire(SHARDS);
    return store;
  }

  it("come back day by day, down to the window", async () => {
    const store = await takeOver();
    await complete(store, first);
    const days = [0, 1, 2, 4, 6];
    const appends = days.map((daysAgo) => appendOf(post(daysAgo), [first]));
    expect(await store.append({ appends })).toMatchObject({ appended: 4, dropped: 1 });
    const successor = await takeOver();
    expect(successor.state(viewer(first))).toMatchObject({ kind: "complete" });
    await successor.load(viewer(first));
    expect(postsOf(successor, first)).toEqual(days.slice(0, 4).map((daysAgo) => post(daysAgo)));
    const state = successor.state(viewer(first));
    const floor = state.kind === "complete" ? state.floor : 0n;
    expect(floor > post(WINDOW_DAYS + 0.01) && floor < post(WINDOW_DAYS - 0.01)).toBe(true);
    expect(state).not.toHaveProperty("readableFrom");
  });

  it("are more than a ring holds: it says from where it can be read", async () => {
    const store = await takeOver();
    await complete(store, first);
    const count = 2 * RING_ENTRIES;
    const ids = Array.from({ length: count }, (_, i) => post((i % 4) + 0.1, i));
    await store.append({ appends: ids.map((id) => appendOf(id, [first])) });
    const successor = await takeOver();
    await successor.load(viewer(first));
    const newest = [...ids].sort((a, b) => (a < b ? 1 : -1)).slice(0, RING_ENTRIES);
    expect(postsOf(successor, first)).toEqual(newest);
    expect(successor.state(viewer(first))).toMatchObject({ readableFrom: newest.at(-1) });
  });

  it("say nothing can be read of a complete timeline before its ring is loaded", async () => {
    await complete(await takeOver(), first);
    const successor = await takeOver();
    expect(successor.state(viewer(first))).toHaveProperty("readableFrom");
    await successor.load(viewer(first));
    expect(successor.load(viewer(first))).toBeUndefined();
    expect(successor.state(viewer(first))).not.toHaveProperty("readableFrom");
  });

  it("written while a ring is loaded are in it", async () => {
    await complete(await takeOver(), first);
    const gate = Promise.withResolvers<void>();
    const successor = await takeOver({
      run: async (query, values) => {
        const rows = await keyspace.cql.run(query, values);
        if (query.includes("FROM timeline_entries")) await gate.promise;
        return rows;
      },
    });
    const loading = successor.load(viewer(first));
    await successor.append({ appends: [appendOf(post(0, 7), [first])] });
    gate.resolve();
    await loading;
    expect(postsOf(successor, first)).toEqual([post(0, 7)]);
  });

  it("that cannot be written make their viewer inactive, and the others go on (rule 4.8)", async () => {
    const broken = Buffer.alloc(8);
    broken.writeBigInt64BE(BigInt(first));
    const store = await takeOver({
      runPartition: async (statements: readonly CqlStatement[]) => {
        if (statements.some(({ values }) => broken.equals(values[0] as Buffer))) {
          throw unavailable("no replica of this one");
        }
        return keyspace.cql.runPartition(statements);
      },
    });
    const all = [first, first + 1, first + 2];
    for (const id of all) await complete(store, id);
    const counts = await store.append({ appends: [appendOf(post(0), all)] });
    expect(counts).toEqual({ appended: 2, duplicates: 0, dropped: 0, deactivated: 1 });
    const successor = await takeOver();
    expect(successor.state(viewer(first))).toEqual({ kind: "inactive" });
    expect(successor.state(viewer(first + 1)).kind).toBe("complete");
    const alone = store.append({ appends: [appendOf(post(0, 1), [first])] });
    expect(await alone).toMatchObject({ dropped: 1 });
  });

  it("that none of can be written are the call's to repeat, and nobody becomes inactive", async () => {
    const store = await takeOver({
      runPartition: () => Promise.reject(unavailable("the database is down")),
    });
    await complete(store, first);
    const append = store.append({ appends: [appendOf(post(0), [first])] });
    await expect(append).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const added = store.addEntries(viewer(first), [entry(post(0))]);
    await expect(added).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(store.state(viewer(first)).kind).toBe("complete");
  });

  it("are no one's to complete after another took over: a late Complete changes nothing", async () => {
    const gate = Promise.withResolvers<void>();
    let isPaused = false;
    const paused = await takeOver({
      run: async (query, values) => {
        if (isPaused) await gate.promise;
        return keyspace.cql.run(query, values);
      },
    });
    await paused.activate(viewer(first));
    isPaused = true;
    const late = paused.complete(viewer(first), post(3));
    const successor = await takeOver();
    expect(successor.state(viewer(first))).toEqual({ kind: "filling" });
    gate.resolve();
    await late;
    expect((await takeOver()).state(viewer(first))).toEqual({ kind: "filling" });
  });
});

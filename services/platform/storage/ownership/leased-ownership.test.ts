import { expect, it } from "vitest";
import { SHARD_COUNT } from "../../../model/shards.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { LEASE_TIMES } from "../leases/lease.ts";
import { RELEASED } from "../leases/lease-rows.ts";
import { startProcess, tables } from "./testing/processes.ts";

const DEAD_AFTER_MS = LEASE_TIMES.durationMs + LEASE_TIMES.marginMs;

it("takes every shard when alone, and serves none before it is loaded", async () => {
  const clock = new ManualClock();
  const one = await startProcess(tables(), 1, clock);
  one.load.gate = async () => {
    expect(one.serving()).toEqual([]);
  };
  await one.tick();
  expect(one.ownership.ownsAll()).toBe(true);
  expect(one.loaded.size).toBe(SHARD_COUNT);
  expect(one.ownership.ownerOf(7)).toBe("timeline-1:1");
  await one.keeper.close();
});

it("serves a shard whose load failed at the next look", async () => {
  const one = await startProcess(tables(), 1, new ManualClock());
  one.load.gate = () => Promise.reject(new Error("the store is down"));
  await expect(one.tick()).rejects.toThrow("the store is down");
  expect(one.serving()).toEqual([]);
  one.load.gate = async () => {};
  await one.tick();
  expect(one.ownership.ownsAll()).toBe(true);
  await one.keeper.close();
});

it("hands a share over to who joins, in a new term, and never has two owners", async () => {
  const clock = new ManualClock();
  const store = tables();
  const one = await startProcess(store, 1, clock);
  await one.tick();
  const term = one.ownership.term();
  const two = await startProcess(store, 2, clock);
  await two.tick();
  expect(two.serving()).toEqual([]);
  await one.tick();
  expect(one.ownership.term()).not.toBe(term);
  await two.tick();
  const [first, second] = [new Set(one.serving()), new Set(two.serving())];
  expect(first.intersection(second).size).toBe(0);
  expect(first.size + second.size).toBe(SHARD_COUNT);
  await one.tick();
  for (const shard of second) expect(one.ownership.ownerOf(shard)).toBe("timeline-2:1");
  await one.keeper.close();
  await two.tick();
  expect(two.ownership.ownsAll()).toBe(true);
  await two.keeper.close();
});

it("takes what was given within a fifth of a look, and looks as always when nobody gives", async () => {
  const clock = new ManualClock();
  const store = tables();
  const one = await startProcess(store, 1, clock);
  await one.tick();
  const two = await startProcess(store, 2, clock);
  let looks = 0;
  const { list } = store.shardRows;
  await two.tick();
  const running = two.ownership.run();
  await clock.advance(200);
  await one.tick();
  expect(two.serving()).toEqual([]);
  await clock.advance(200);
  expect(one.serving().length + two.serving().length).toBe(SHARD_COUNT);
  // The other one is there, and stands still.
  const three = await startProcess(store, 3, clock);
  await three.tick();
  store.shardRows.list = () => {
    looks++;
    return list();
  };
  const waiting = three.ownership.run();
  await two.ownership.close();
  await running;
  looks = 0;
  await clock.advance(6_000);
  expect(looks).toBeLessThan(10 + 6);
  await Promise.all([three.ownership.close(), one.ownership.close(), waiting]);
});

it("replaces a dead process only after its lease and the margin, and fences it", async () => {
  const clock = new ManualClock();
  const store = tables();
  const [dead, heir] = [await startProcess(store, 1, clock), await startProcess(store, 2, clock)];
  await dead.tick();
  await heir.tick();
  // From here on its renewals are lost on the way.
  const { renew } = store.rows;
  store.rows.renew = async (holder, ...rest) => {
    if (holder.generation === dead.keeper.lease.generation) throw new Error("cut off");
    return renew.call(store.rows, holder, ...rest);
  };
  await heir.tick();
  for (let ms = 0; ms < DEAD_AFTER_MS; ms += 500) {
    await clock.advance(500);
    expect(new Set(heir.serving()).intersection(new Set(dead.serving())).size).toBe(0);
    if (dead.serving().length > 0) expect(heir.ownership.ownsAll()).toBe(false);
    await heir.tick();
  }
  expect(dead.serving()).toEqual([]);
  expect(heir.ownership.ownsAll()).toBe(true);
  store.rows.renew = renew;
  // Back again, it finds its lease taken, and joins under another generation.
  await clock.advance(LEASE_TIMES.durationMs);
  await dead.tick();
  expect(dead.serving()).toEqual([]);
  await heir.tick();
  await dead.tick();
  expect(dead.serving().length + heir.serving().length).toBe(SHARD_COUNT);
  await Promise.all([dead.keeper.close(), heir.keeper.close()]);
});

it("takes nothing from who joins while it looks", async () => {
  const store = tables();
  const clock = new ManualClock();
  const [one, two] = [await startProcess(store, 1, clock), await startProcess(store, 2, clock)];
  const { list } = store.rows;
  // The other one is in no directory yet, and has taken its shards when they are listed.
  store.rows.list = async () => [one.keeper.lease.generation];
  const { list: listShards } = store.shardRows;
  store.shardRows.list = async () => {
    store.shardRows.list = listShards;
    store.rows.list = list;
    await two.tick();
    return listShards();
  };
  await one.tick();
  const [first, second] = [new Set(one.serving()), new Set(two.serving())];
  expect(second.size).toBeGreaterThan(0);
  expect(first.intersection(second).size).toBe(0);
  await Promise.all([one.keeper.close(), two.keeper.close()]);
});

it("does not serve again what it gave away without an answer, before there is one", async () => {
  const store = tables();
  const clock = new ManualClock();
  const one = await startProcess(store, 1, clock);
  await one.tick();
  const two = await startProcess(store, 2, clock);
  const { give } = store.shardRows;
  store.shardRows.give = () => Promise.reject(new Error("no answer"));
  await expect(one.tick()).rejects.toThrow("no answer");
  const kept = one.serving().length;
  await two.keeper.close();
  await expect(one.tick()).rejects.toThrow("no answer");
  expect(one.serving()).toHaveLength(kept);
  store.shardRows.give = give;
  await one.tick();
  await one.tick();
  expect(one.ownership.ownsAll()).toBe(true);
  await one.keeper.close();
});

it("stops serving when the process was suspended", async () => {
  const clock = new ManualClock();
  const one = await startProcess(tables(), 1, clock);
  await one.tick();
  clock.stepWall(60_000);
  expect(one.ownership.term()).toBe(0);
  await one.keeper.close();
});

it("shows no map before its first look at the shards", async () => {
  const only = await startProcess(tables(), 0, new ManualClock());
  expect(only.ownership.map()).toBeUndefined();
  await only.tick();
  expect(only.ownership.map()?.owners).toHaveLength(1);
  await only.keeper.close();
});

it("releases its lease when it closes, also while looks at the shards fail", async () => {
  const store = tables();
  const clock = new ManualClock();
  const one = await startProcess(store, 1, clock);
  await one.tick();
  const failing = Promise.withResolvers<never>();
  store.shardRows.list = () => failing.promise;
  const running = one.ownership.run();
  await clock.advance(1_000);
  const closed = one.ownership.close();
  failing.reject(new Error("the store is down"));
  await closed;
  await running;
  const { generation } = one.keeper.lease;
  expect((await store.rows.read(generation))?.renewals).toBe(RELEASED);
});

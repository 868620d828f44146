import { expect, it } from "vitest";
import { SHARD_COUNT } from "../../../model/shards.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { startProcess, tables } from "./testing/processes.ts";

const SHARDS = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
const STEP_MS = 50;
const LEAVE_WITHIN_MS = 5_000;

it("hands its shards over part by part, and serves the others meanwhile", async () => {
  const store = tables();
  const clock = new ManualClock();
  const [one, two] = [await startProcess(store, 1, clock), await startProcess(store, 2, clock)];
  for (const process of [one, two, one, two]) await process.tick();
  const owned = one.serving().length;
  expect(owned).toBeGreaterThan(SHARD_COUNT / 3);
  const running = [one, two].map(({ ownership }) => ownership.run());
  let hasLeft = false;
  const leaving = one.ownership.leave(LEAVE_WITHIN_MS).then(() => {
    hasLeft = true;
  });
  const awayMs = new Map<number, number>();
  let mostAway = 0;
  for (let ms = 0; ms < LEAVE_WITHIN_MS; ms += STEP_MS) {
    await clock.advance(STEP_MS);
    const served = [...one.serving(), ...two.serving()];
    expect(new Set(served).size).toBe(served.length);
    const away = new Set(SHARDS).difference(new Set(served));
    mostAway = Math.max(mostAway, away.size);
    for (const shard of away) awayMs.set(shard, (awayMs.get(shard) ?? 0) + STEP_MS);
  }
  expect(hasLeft).toBe(true);
  expect(two.ownership.ownsAll()).toBe(true);
  expect(mostAway).toBeLessThanOrEqual(Math.ceil(owned / 8));
  expect(Math.max(0, ...awayMs.values())).toBeLessThanOrEqual(200);
  // What it is asked for now is said to be the other's.
  expect(one.ownership.ownerOf(7)).toBe("timeline-2:1");
  await Promise.all([leaving, one.ownership.close(), two.ownership.close(), ...running]);
});

it.each([
  ["nobody else is there", []],
  ["everybody else leaves, too", [true]],
  ["one of the others is of a version that does not hear of it", [false, undefined]],
])("leaves at once when %s", async (_, others) => {
  const store = tables();
  const one = await startProcess(store, 1, new ManualClock());
  await one.tick();
  for (const [i, leaving] of others.entries()) {
    await store.rows.create({ generation: BigInt(i + 1), holder: `timeline-${i + 2}:1`, leaving });
  }
  await one.ownership.leave(LEAVE_WITHIN_MS);
  expect(one.ownership.ownsAll()).toBe(true);
  expect((await store.rows.read(one.keeper.lease.generation))?.leaving).toBe(false);
  await one.ownership.close();
});

it("keeps what nobody takes, and gives up waiting for it", async () => {
  const store = tables();
  const clock = new ManualClock();
  const [one, two] = [await startProcess(store, 1, clock), await startProcess(store, 2, clock)];
  for (const process of [one, two, one, two]) await process.tick();
  const owned = one.serving().length;
  const running = one.ownership.run();
  // The other one is there, and stands still.
  const leaving = one.ownership.leave(LEAVE_WITHIN_MS);
  await clock.advance(LEAVE_WITHIN_MS);
  await leaving;
  expect(one.serving()).toHaveLength(owned - Math.ceil(owned / 8));
  await Promise.all([one.ownership.close(), running]);
  await two.tick();
  expect(two.ownership.ownsAll()).toBe(true);
  await two.ownership.close();
});

it("gives a part when the calls for it have ended, and takes no longer than it may", async () => {
  const store = tables();
  const clock = new ManualClock();
  const finished: number[] = [];
  const finish = async (shards: readonly number[]) => {
    expect(shards.every((shard) => one.ownership.owns(shard))).toBe(true);
    finished.push(...shards);
    if (finished.length === shards.length) return;
    await new Promise(() => {});
  };
  const one = await startProcess(store, 1, clock, finish);
  const two = await startProcess(store, 2, clock);
  for (const process of [one, two, one, two]) await process.tick();
  const running = [one, two].map(({ ownership }) => ownership.run());
  const leaving = one.ownership.leave(LEAVE_WITHIN_MS);
  await clock.advance(LEAVE_WITHIN_MS);
  await leaving;
  expect(finished.length).toBeGreaterThan(0);
  await Promise.all([one.ownership.close(), two.ownership.close(), ...running]);
});

it("hands over to who joins part by part, too", async () => {
  const store = tables();
  const clock = new ManualClock();
  const one = await startProcess(store, 1, clock);
  await one.tick();
  const two = await startProcess(store, 2, clock);
  await two.tick();
  const running = [one, two].map(({ ownership }) => ownership.run());
  let mostAway = 0;
  for (let ms = 0; ms < LEAVE_WITHIN_MS; ms += STEP_MS) {
    await clock.advance(STEP_MS);
    const served = [...one.serving(), ...two.serving()];
    expect(new Set(served).size).toBe(served.length);
    mostAway = Math.max(mostAway, SHARD_COUNT - served.length);
  }
  expect(mostAway).toBeLessThanOrEqual(SHARD_COUNT / 16);
  expect(two.serving().length).toBeGreaterThan(SHARD_COUNT / 3);
  await Promise.all([one.ownership.close(), two.ownership.close(), ...running]);
});

it("answers what it has taken before it gives a shard to who joins", async () => {
  const store = tables();
  const clock = new ManualClock();
  const asked = Promise.withResolvers<readonly number[]>();
  const answered = Promise.withResolvers<void>();
  const finish = async (shards: readonly number[]) => {
    asked.resolve(shards);
    await answered.promise;
  };
  const one = await startProcess(store, 1, clock, finish);
  await one.tick();
  const two = await startProcess(store, 2, clock);
  await two.tick();
  const tick = one.tick();
  const finishing = await asked.promise;
  expect(one.ownership.ownsAll()).toBe(true);
  answered.resolve();
  await tick;
  expect(one.serving()).toEqual(SHARDS.filter((shard) => !finishing.includes(shard)));
  await Promise.all([one.ownership.close(), two.ownership.close()]);
});

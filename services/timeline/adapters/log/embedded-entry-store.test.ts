import { expect, test } from "vitest";
import {
  appendOf,
  complete,
  entry,
  post,
  postsOf,
  viewer,
} from "../../../../test/support/entry-calls.ts";
import { CrashError, SimulatedDisk } from "../../../platform/storage/log/testing/simulated-disk.ts";
import { openOn } from "./testing/open-on.ts";

/** Lets everything run that does not wait for the disk. */
async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("an entry is neither shown nor told nor acknowledged before its sync", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk);
  await complete(store, 1);
  const events: string[] = [];
  store.watch(viewer(1), { entry: () => events.push("told"), lapsed: () => {} });
  const release = disk.holdSyncs();
  const appended = store.append({ appends: [appendOf(10, [1])] });
  void appended.then(() => events.push("acknowledged"));
  await turn();
  expect([postsOf(store, 1), events]).toEqual([[], []]);
  release();
  await appended;
  expect([postsOf(store, 1), events]).toEqual([[10n], ["told", "acknowledged"]]);
});

test("a duplicate of what waits for the sync waits too, and is not logged", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk);
  await complete(store, 1);
  await complete(store, 2);
  const release = disk.holdSyncs();
  const original = store.append({ appends: [appendOf(10, [1])] });
  await turn();
  const answered: string[] = [];
  const copies = [
    store.append({ appends: [appendOf(10, [1])] }).then((counts) => {
      answered.push("copy");
      return counts.duplicates;
    }),
    store.addEntries(viewer(1), [entry(10)]).then(() => {
      answered.push("fill");
      return 1;
    }),
  ];
  await turn();
  expect(answered).toEqual([]);
  const { logBytes } = store.stats();
  release();
  expect((await original).appended).toBe(1);
  expect(await Promise.all(copies)).toEqual([1, 1]);
  const oneFrame = store.stats().logBytes - logBytes;
  expect(oneFrame).toBeLessThan(50);
  await store.append({ appends: [appendOf(10, [1])] });
  expect(store.stats().logBytes - logBytes).toBe(oneFrame);
});

test("the same post for other viewers does not wait for the first ones' sync", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk);
  await complete(store, 1);
  await complete(store, 2);
  const release = disk.holdSyncs();
  const first = store.append({ appends: [appendOf(10, [1])] });
  await turn();
  const second = store.append({ appends: [appendOf(10, [2])] });
  await turn();
  const { operations } = disk;
  release();
  await Promise.all([first, second]);
  // The sync of the first group, then the write and the sync of the second: no third group.
  expect(disk.operations - operations).toBe(3);
});

test.each(["write", "sync"])("a failed %s ends the store", async (kind) => {
  const disk = new SimulatedDisk();
  const deaths: Error[] = [];
  const store = await openOn(disk, { fatal: (error) => deaths.push(error) });
  await complete(store, 1);
  disk.diesAt = disk.operations + (kind === "write" ? 1 : 2);
  const first = store.append({ appends: [appendOf(10, [1])] });
  const copy = store.append({ appends: [appendOf(10, [1])] });
  await expect(first).rejects.toThrow(CrashError);
  await expect(copy).rejects.toThrow(CrashError);
  await expect(store.append({ appends: [appendOf(11, [1])] })).rejects.toThrow(CrashError);
  await expect(store.activate(viewer(2))).rejects.toThrow(CrashError);
  expect(deaths).toHaveLength(1);
  expect(postsOf(store, 1)).toEqual([]);
});

test("a checked append whose viewer lapses and returns before its sync goes to no other ring", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk);
  await complete(store, 1);
  const release = disk.holdSyncs();
  const lapse = store.lapse([viewer(1)]);
  await turn();
  const others = [2, 3, 4].map((id) => store.activate(viewer(id)));
  const append = store.append({ appends: [appendOf(10, [1])] });
  release();
  await Promise.all([lapse, append, ...others]);
  expect((await append).dropped).toBe(1);
  for (const id of [1, 2, 3, 4]) expect(postsOf(store, id)).toEqual([]);
});

test("a drop below a floor that an eviction raised is answered when that floor is durable", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk);
  await complete(store, 1);
  for (let id = 100; id < 300; id += 10) {
    await store.append({ appends: Array.from({ length: 10 }, (_, i) => appendOf(id + i, [1])) });
  }
  const floor = store.state(viewer(1));
  const release = disk.holdSyncs();
  let isAnswered = false;
  const late = store.append({ appends: [appendOf(99, [1])] });
  void late.then(() => {
    isAnswered = true;
  });
  await turn();
  expect(isAnswered).toBe(false);
  release();
  expect((await late).dropped).toBe(1);
  // Even without the entries' eviction the floor is known now.
  const again = await openOn(
    disk.afterPowerFailure(() => 0),
    {
      limits: { maxRingEntries: 10_000, maxSlabBytes: 1 << 20 },
    },
  );
  expect(again.state(viewer(1))).toEqual(floor);
});

test("a full group takes no more: the rest of a large call goes into the next ones", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk, { limits: { maxRingEntries: 128, maxSlabBytes: 64 << 20 } });
  const ids = Array.from({ length: 3_000 }, (_, i) => 1 + i * 40_000);
  await Promise.all(ids.map((id) => store.activate(viewer(id))));
  const { operations } = disk;
  const appends = Array.from({ length: 60 }, (_, i) => appendOf(10 + i, ids));
  expect((await store.append({ appends })).appended).toBe(60 * 3_000);
  expect(disk.operations - operations).toBeGreaterThanOrEqual(6);
  expect(store.stats().entries).toBe(60 * 3_000);
});

test("close finishes what was accepted, and then refuses", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk);
  await complete(store, 1);
  const accepted = store.append({ appends: [appendOf(10, [1])] });
  await store.close();
  expect((await accepted).appended).toBe(1);
  await expect(store.append({ appends: [appendOf(11, [1])] })).rejects.toThrow("closed");
  await expect(store.complete(viewer(1), post(3))).rejects.toThrow("closed");
});

test("full slabs have room for newcomers: whom nobody read for longest becomes inactive", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk, { limits: { maxRingEntries: 124, maxSlabBytes: 64 * 512 } });
  const entries = Array.from({ length: 124 }, (_, i) => entry(i + 1));
  const fill = async (id: number) => {
    await store.activate(viewer(id));
    await store.addEntries(viewer(id), entries);
    await store.complete(viewer(id), post(1));
    await turn();
  };
  // Four chunks each: fifteen and nearly all of the slabs.
  for (let id = 1; id <= 15; id++) await fill(id);
  expect(postsOf(store, 1)).toHaveLength(124);
  for (let id = 16; id <= 20; id++) await fill(id);
  const states = Array.from({ length: 20 }, (_, i) => store.state(viewer(i + 1)).kind);
  expect(states[0]).toBe("complete");
  expect(states.slice(1, 6)).toEqual(Array(5).fill("inactive"));
  expect(states.slice(-5)).toEqual(Array(5).fill("complete"));
  for (const id of [1, 16, 20]) expect(postsOf(store, id)).toHaveLength(124);
  await store.close();
  const again = await openOn(
    disk.afterPowerFailure(() => 0.5),
    {
      limits: { maxRingEntries: 124, maxSlabBytes: 64 * 512 },
    },
  );
  expect(again.state(viewer(2)).kind).toBe("inactive");
  expect(postsOf(again, 20)).toHaveLength(124);
  await again.close();
});

test("what is not taken is counted by its cause", async () => {
  const store = await openOn(new SimulatedDisk());
  await complete(store, 1, 50);
  await store.append({ appends: [appendOf(60, [1, 2, 3]), appendOf(40, [1])] });
  expect(store.stats()).toMatchObject({ droppedInactive: 2, droppedBelowFloor: 1 });
});

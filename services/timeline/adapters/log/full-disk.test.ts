import { expect, test } from "vitest";
import { appendOf, complete, postsOf } from "../../../../test/support/entry-calls.ts";
import { until } from "../../../../test/support/until.ts";
import { SimulatedDisk } from "../../../platform/storage/log/testing/simulated-disk.ts";
import { openOn } from "./testing/open-on.ts";

test("a full disk is waited for: nothing is acknowledged or shown, reads go on, and nothing is lost", async () => {
  const disk = new SimulatedDisk();
  const fatal: Error[] = [];
  const store = await openOn(disk, { fatal: (error) => fatal.push(error) });
  await complete(store, 1);
  await store.append({ appends: [appendOf(10, [1])] });
  disk.isFull = true;
  let isAcknowledged = false;
  const waiting = store.append({ appends: [appendOf(11, [1])] }).then(() => {
    isAcknowledged = true;
  });
  const { operations } = disk;
  await until(() => disk.operations > operations + 1);
  expect([isAcknowledged, postsOf(store, 1)]).toEqual([false, [10n]]);
  // What half-written frames leave is no part of the log.
  const found = await openOn(disk.afterPowerFailure(() => 0.99));
  expect(postsOf(found, 1)).toEqual([10n]);
  disk.isFull = false;
  await waiting;
  await store.append({ appends: [appendOf(12, [1])] });
  const expected = [12n, 11n, 10n];
  expect([postsOf(store, 1), fatal]).toEqual([expected, []]);
  expect(postsOf(await openOn(disk.afterPowerFailure(() => 0)), 1)).toEqual(expected);
});

test("a segment that the disk has no room for is begun once it has", async () => {
  const disk = new SimulatedDisk();
  const store = await openOn(disk, { maxSegmentBytes: 1 });
  await complete(store, 1);
  disk.isFull = true;
  const waiting = store.append({ appends: [appendOf(10, [1])] });
  const { operations } = disk;
  await until(() => disk.operations > operations + 3);
  disk.isFull = false;
  await waiting;
  expect(postsOf(await openOn(disk.afterPowerFailure(() => 0)), 1)).toEqual([10n]);
});

test("a snapshot that the disk has no room for is left, and taken later", async () => {
  const disk = new SimulatedDisk();
  const fatal: Error[] = [];
  const store = await openOn(disk, {
    snapshotLogBytes: 256,
    fatal: (error) => fatal.push(error),
  });
  await complete(store, 1);
  disk.failsCreating = /snapshot/;
  for (let i = 10; i < 40; i++) await store.append({ appends: [appendOf(i, [1])] });
  expect([store.stats().snapshots, fatal]).toEqual([0, []]);
  disk.failsCreating = undefined;
  let next = 40;
  await until(async () => {
    await store.append({ appends: [appendOf(next++, [1])] });
    return store.stats().snapshots > 0;
  });
  expect(postsOf(await openOn(disk.afterPowerFailure(() => 0)), 1)).toEqual(postsOf(store, 1));
});

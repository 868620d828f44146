import { beforeEach, describe, expect, test } from "vitest";
import { appendOf, complete, postsOf, viewer } from "../../../../../test/support/entry-calls.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "../../../../platform/storage/log/segments.ts";
import { SimulatedDisk } from "../../../../platform/storage/log/testing/simulated-disk.ts";
import { SNAPSHOT_NAME } from "../snapshots/snapshot-format.ts";
import { openOn } from "../testing/open-on.ts";

const FIRST = `/data/live/${segmentName(0)}`;

let disk: SimulatedDisk;
beforeEach(() => {
  disk = new SimulatedDisk();
});

/** The disk again as it is, for a test that spoils it many times. */
function copyOf(whole: SimulatedDisk): SimulatedDisk {
  return whole.afterPowerFailure(() => 0);
}

/** A log of one segment whose last frame, of post 30, begins at the returned byte. */
async function threeFrames(): Promise<number> {
  const store = await openOn(disk);
  await complete(store, 1);
  await store.append({ appends: [appendOf(10, [1])] });
  await store.append({ appends: [appendOf(20, [1])] });
  const begin = store.stats().logBytes + SEGMENT_HEADER_BYTES;
  await store.append({ appends: [appendOf(30, [1])] });
  await store.close();
  return begin;
}

describe("the last frame", () => {
  test("cut at any byte is gone, and the log goes on without it", async () => {
    const begin = await threeFrames();
    const whole = disk;
    const bytes = Buffer.from(disk.bytesOf(FIRST));
    for (let length = begin; length < bytes.length; length++) {
      disk = copyOf(whole);
      disk.setBytes(FIRST, bytes.subarray(0, length));
      const store = await openOn(disk);
      expect(postsOf(store, 1)).toEqual([20n, 10n]);
      await store.append({ appends: [appendOf(40, [1])] });
      await store.close();
      expect(postsOf(await openOn(disk), 1)).toEqual([40n, 20n, 10n]);
    }
  });

  test("changed at any byte is a torn one", async () => {
    const begin = await threeFrames();
    const whole = disk;
    const bytes = Buffer.from(disk.bytesOf(FIRST));
    for (let at = begin; at < bytes.length; at++) {
      disk = copyOf(whole);
      const torn = Buffer.from(bytes);
      torn[at] ^= 0x55;
      disk.setBytes(FIRST, torn);
      expect(postsOf(await openOn(disk), 1)).toEqual([20n, 10n]);
    }
  });

  test("cut within the header of a new segment leaves an empty one", async () => {
    await threeFrames();
    const next = `/data/live/${segmentName(disk.bytesOf(FIRST).length - SEGMENT_HEADER_BYTES)}`;
    await openOn(disk);
    const header = Buffer.from(disk.bytesOf(next));
    for (let length = 0; length <= header.length; length++) {
      disk.setBytes(next, header.subarray(0, length));
      expect(postsOf(await openOn(disk), 1)).toEqual([30n, 20n, 10n]);
    }
  });
});

describe("damage", () => {
  /** All are inactive, the files are kept, and the store goes on, also after another restart. */
  async function expectSetAside(damagedFile: string) {
    const store = await openOn(disk);
    expect(store.state(viewer(1))).toEqual({ kind: "inactive" });
    expect(store.stats()).toMatchObject({ viewers: 0, entries: 0 });
    expect(await disk.list("/data/damaged-1")).toContain(damagedFile);
    await complete(store, 1);
    await store.append({ appends: [appendOf(50, [1])] });
    await store.close();
    expect(postsOf(await openOn(disk), 1)).toEqual([50n]);
  }

  test("of any byte before the last frame sets all aside", async () => {
    const begin = await threeFrames();
    const whole = disk;
    const bytes = Buffer.from(disk.bytesOf(FIRST));
    for (let at = 0; at < begin; at++) {
      disk = copyOf(whole);
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 0x55;
      disk.setBytes(FIRST, damaged);
      await expectSetAside(segmentName(0));
    }
  });

  test("of a segment that others follow, even at its end", async () => {
    await threeFrames();
    const store = await openOn(disk);
    await store.append({ appends: [appendOf(40, [1])] });
    disk.setBytes(FIRST, disk.bytesOf(FIRST).subarray(0, -1));
    await expectSetAside(segmentName(0));
  });

  test("of a snapshot, at any byte", async () => {
    await withSnapshot();
    const whole = disk;
    const path = `/data/live/${SNAPSHOT_NAME}`;
    const bytes = Buffer.from(disk.bytesOf(path));
    for (let at = 0; at < bytes.length; at += at < 200 ? 1 : 17) {
      disk = copyOf(whole);
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 0x55;
      disk.setBytes(path, damaged);
      await expectSetAside(SNAPSHOT_NAME);
    }
    disk = copyOf(whole);
    disk.setBytes(path, bytes.subarray(0, -1));
    await expectSetAside(SNAPSHOT_NAME);
  });

  test("is a missing segment, or a missing snapshot", async () => {
    await withSnapshot();
    await disk.remove(`/data/live/${SNAPSHOT_NAME}`);
    const names = await disk.list("/data/live");
    await expectSetAside(names[0]);
    disk = new SimulatedDisk();
    await threeFrames();
    await openOn(disk).then((store) => store.append({ appends: [appendOf(40, [1])] }));
    const last = (await disk.list("/data/live")).filter((name) => name !== segmentName(0));
    await disk.remove(FIRST);
    await expectSetAside(last[0]);
  });
});

/** A log so long that a snapshot replaced its beginning. */
async function withSnapshot(): Promise<void> {
  const store = await openOn(disk, {
    maxSegmentBytes: 200,
    snapshotLogBytes: 1_000,
    snapshotSliceBytes: 64,
  });
  for (let id = 1; id <= 8; id++) await complete(store, id);
  for (let id = 10; store.stats().snapshots === 0; id++) {
    await store.append({ appends: [appendOf(id, [1, 2, 3, 4, 5, 6, 7, 8])] });
  }
  await store.close();
}

test("a snapshot makes the log before it needless, and holds all that was before", async () => {
  await withSnapshot();
  expect(await disk.list("/data/live")).not.toContain(segmentName(0));
  const store = await openOn(disk);
  const posts = postsOf(store, 1);
  expect(posts.at(-1)).toBe(10n);
  for (let id = 2; id <= 8; id++) {
    expect(postsOf(store, id)).toEqual(posts);
    expect(store.state(viewer(id))).toEqual({ kind: "complete", floor: 1n });
  }
});

test("a store with less room than before keeps the newest entries", async () => {
  await withSnapshot();
  const before = await openOn(disk);
  const posts = postsOf(before, 1);
  await before.close();
  const limits = { maxRingEntries: 128, maxSlabBytes: 8 * 512 };
  const store = await openOn(disk, { limits });
  expect(store.stats().slabBytes).toBeLessThanOrEqual(limits.maxSlabBytes);
  for (let id = 1; id <= 8; id++) {
    const held = postsOf(store, id);
    expect(held).toEqual(posts.slice(0, held.length));
    const state = store.state(viewer(id));
    expect(state.kind === "complete" && held.every((kept) => kept >= state.floor)).toBe(true);
  }
});

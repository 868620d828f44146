import { expect, test } from "vitest";
import type { PostId, UserId } from "../../../services/model/ids.ts";
import { readableFloor } from "../../../services/timeline/domain/page/ring-source.ts";
import type { EntryStore } from "../../../services/timeline/ports.ts";
import { appendOf, complete, entry, post, postsOf, viewer } from "../../support/entry-calls.ts";

export interface Context {
  /** Entries that a ring of the store holds at most. */
  readonly ringEntries: number;
  store(): EntryStore;
  restart(): Promise<EntryStore>;
}

/** Floors: complete, evictions, restarts. */
export function floorContract({ ringEntries, store, restart }: Context): void {
  test("complete drops what is below its floor, and the floor never falls", async () => {
    await store().activate(viewer(1));
    await store().append({ appends: [appendOf(10, [1]), appendOf(20, [1]), appendOf(30, [1])] });
    await store().complete(viewer(1), post(20));
    expect(postsOf(store(), 1)).toEqual([30n, 20n]);
    await store().complete(viewer(1), post(5));
    expect(store().state(viewer(1))).toEqual({ kind: "complete", floor: 20n });
    await store().addEntries(viewer(1), [entry(19), entry(21)]);
    expect(postsOf(store(), 1)).toEqual([30n, 21n, 20n]);
  });

  test("a full timeline keeps its newest entries, and its floor is above what went", async () => {
    const count = 20 * Math.ceil((3 * ringEntries) / 20);
    await complete(store(), 1);
    for (let id = 1; id <= count; id += 20) {
      const appends = Array.from({ length: 20 }, (_, i) => appendOf(id + i, [1]));
      await store().append({ appends });
    }
    checkFull(store(), count);
    const old = await store().append({ appends: [appendOf(1, [1]), appendOf(count, [1])] });
    // Rows keep what a ring has no room for, and what they keep is written again.
    expect(old).toMatchObject({ duplicates: 1, deactivated: 0 });
    expect(old.dropped + old.appended).toBe(1);
    const reopened = await restart();
    checkFull(reopened, count);
    await reopened.append({ appends: [appendOf(count + 1, [1])] });
    checkFull(reopened, count + 1);
  });

  test("evictions while filling lift the floor of the fill", async () => {
    await store().activate(viewer(1));
    const count = 2 * ringEntries;
    const ids = Array.from({ length: count }, (_, i) => count - i);
    for (let i = 0; i < count; i += 40) {
      await store().addEntries(
        viewer(1),
        ids.slice(i, i + 40).map((id) => entry(id)),
      );
    }
    await store().complete(viewer(1), post(1));
    checkFull(store(), count);
  });

  /** Posts 1 to `newest` were sent: what is held is all there is at or above the floor. */
  function checkFull(of: EntryStore, newest: number): void {
    const held = postsOf(of, 1);
    const state = of.state(viewer(1));
    const floor = Number(readableFloor(state) ?? 0n);
    expect(held.length).toBeLessThanOrEqual(ringEntries);
    expect(held.length).toBeGreaterThan(0.75 * ringEntries);
    expect(held).toEqual(Array.from({ length: newest - floor + 1 }, (_, i) => BigInt(newest - i)));
  }
}

/** Watching: told of what became readable, and of nothing else. */
export function watchContract({ ringEntries, store }: Context): void {
  test("tells of new entries of watched viewers once they can be read, and of their lapse", async () => {
    const told: ([PostId, UserId] | "lapsed")[] = [];
    await complete(store(), 1);
    await complete(store(), 2);
    const stop = store().watch(viewer(1), {
      entry: (postId, author) => {
        expect(postsOf(store(), 1)).toContain(postId);
        told.push([postId, author]);
      },
      lapsed: () => {
        expect(store().state(viewer(1)).kind).toBe("inactive");
        told.push("lapsed");
      },
    });
    const stopOther = store().watch(viewer(1), { entry: () => {}, lapsed: () => {} });
    await store().append({ appends: [appendOf(10, [1, 2], { author: 3n }), appendOf(10, [1])] });
    await store().append({ appends: [appendOf(11, [1], { deleted: true }), appendOf(12, [2])] });
    await store().addEntries(viewer(1), [entry(9), entry(10)]);
    stopOther();
    await store().lapse([viewer(1), viewer(2)]);
    await store().activate(viewer(1));
    await store().append({ appends: [appendOf(13, [1])] });
    stop();
    stop();
    await store().append({ appends: [appendOf(14, [1])] });
    expect(told).toEqual([[10n, 3n], [9n, 7n], "lapsed", [13n, 7n]]);
  });

  test("tells of what came too late for the ring, for pages have it from elsewhere", async () => {
    const told: PostId[] = [];
    await complete(store(), 1);
    const entry = (postId: PostId) => told.push(postId);
    const stop = store().watch(viewer(1), { entry, lapsed: () => {} });
    const newer = Array.from({ length: 2 * ringEntries }, (_, i) => appendOf(1_000 + i, [1]));
    await store().append({ appends: [...newer, appendOf(11, [1])] });
    await store().append({ appends: [appendOf(10, [1], { deleted: true }), appendOf(12, [1])] });
    expect(postsOf(store(), 1)).not.toContain(11n);
    expect(told.slice(newer.length)).toEqual([11n, 12n]);
    stop();
  });
}

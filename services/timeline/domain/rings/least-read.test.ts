import { expect, it } from "vitest";
import { createEntryWindow } from "../page/entry-window.ts";
import { leastRead } from "./least-read.ts";
import { Rings } from "./rings.ts";

const window = createEntryWindow(8);

/** Rings of viewers 1 to `count`, a chunk each, made in this order. */
function ringsOf(count: number): Rings {
  const rings = new Rings({ maxRingEntries: 124, maxSlabBytes: 1 << 20 });
  for (let viewer = 1; viewer <= count; viewer++) {
    const author = { authorLow: 9, authorHigh: 0, deleted: false };
    rings.insert(rings.activate(viewer, 0), { postLow: 5, postHigh: 0, ...author });
  }
  return rings;
}

const viewersIn = (rings: Rings, slots: readonly number[]) =>
  slots.map((slot) => rings.viewerLow(slot));

it("names those who were read longest ago, as many as give the room", () => {
  const rings = ringsOf(6);
  for (const viewer of [2, 1]) rings.read(rings.find(viewer, 0), 0, 0, window);
  expect(viewersIn(rings, leastRead(rings.memory, 3))).toEqual([3, 4, 5]);
  expect(viewersIn(rings, leastRead(rings.memory, 5)).sort()).toEqual([2, 3, 4, 5, 6]);
});

it("never names who is watched, who holds nothing, or who was read last", () => {
  const rings = ringsOf(4);
  rings.setWatched(rings.find(2, 0), true);
  rings.activate(5, 0);
  expect(viewersIn(rings, leastRead(rings.memory, 100))).toEqual([1, 3]);
  expect(leastRead(ringsOf(1).memory, 1)).toEqual([]);
  expect(leastRead(ringsOf(0).memory, 1)).toEqual([]);
});

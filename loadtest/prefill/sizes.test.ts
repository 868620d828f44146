import { expect, test } from "vitest";
import { createPopulation } from "../../population/population.ts";
import { checkMemory, roomFor, smallestOwners } from "./sizes.ts";
import { viewersOf } from "./viewers.ts";

const GIB = 2 ** 30;
const RING = { ringEntries: 800 };

test("the smallest number of owners of which one fits, and why", () => {
  const world = createPopulation({ people: 50_000_000, seed: 1 });
  const memoryBytes = 10 * GIB;
  const { owners, bytes, viewers, reasons } = smallestOwners(world, { ...RING, memoryBytes });
  expect(owners).toBe(20);
  expect(bytes).toBeLessThanOrEqual(memoryBytes);
  expect((bytes * owners) / (owners - 1)).toBeGreaterThan(memoryBytes);
  expect(viewers).toBe(Math.ceil(world.active.count / 20));
  expect(reasons.join("; ")).toMatch(
    /^11999\d{3} active people x \(800 entries .* owners .* is 20/,
  );
});

test("a small world fits as a whole, and one that no shard of fits is refused", () => {
  const world = createPopulation({ people: 10_000, seed: 1 });
  expect(smallestOwners(world, { ...RING, memoryBytes: GIB }).owners).toBe(1);
  expect(() => smallestOwners(world, { ...RING, memoryBytes: 1_000 })).toThrow(
    /one of 4096 shards exceeds/,
  );
});

test("services get room for every ring of the fullest process; too little memory is refused", () => {
  const world = createPopulation({ people: 1_000_000, seed: 1 });
  const slice = { owners: 4, timelines: 1 };
  const viewers = viewersOf(world, slice);
  const { TIDINGS_TIMELINE_SLAB_MIB: slabMib } = roomFor(viewers, 800);
  // A full ring of 800 has up to 27 chunks of 512 bytes.
  expect(Number(slabMib) * 2 ** 20).toBeGreaterThan(1.05 * viewers.counts[0] * 27 * 512);
  expect(() =>
    checkMemory({ population: world, viewers, slice, ringEntries: 800, free: 2 * GIB }),
  ).not.toThrow();
  expect(() =>
    checkMemory({ population: world, viewers, slice, ringEntries: 800, free: 0.5 * GIB }),
  ).toThrow(/timelines of 800 entries take \d+ MiB, and 512 MiB are free\. Fill one of 5 owners/);
});

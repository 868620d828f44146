import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEntryWindow } from "../page/entry-window.ts";
import { CHUNK_BYTES, CHUNK_ENTRIES } from "./chunk-pool.ts";
import { dumpRing, dumpWords, restoreRing } from "./dump.ts";
import { DROPPED, DUPLICATE, INSERTED, MARKED } from "./insert.ts";
import { MIN_RING_ENTRIES, meanRingBytes, ringBytes } from "./ring-memory.ts";
import { Rings } from "./rings.ts";

function makeRings(max: number, chunks = 1_000): Rings {
  return new Rings({ maxRingEntries: max, maxSlabBytes: chunks * CHUNK_BYTES });
}

/** Ids around 2^32, so that both halves count. */
function halves(id: number) {
  const wide = id + 0xffff_ff00;
  return { low: wide % 2 ** 32, high: Math.floor(wide / 2 ** 32) };
}

function insert(rings: Rings, slot: number, id: number, deleted = false): number {
  const { low, high } = halves(id);
  return rings.insert(slot, {
    postLow: low,
    postHigh: high,
    authorLow: id,
    authorHigh: 0,
    deleted,
  });
}

function contents(rings: Rings, slot: number): { id: number; deleted: boolean }[] {
  const window = createEntryWindow(rings.memory.maxEntries + 1);
  rings.read(slot, 0, 0, window);
  return Array.from({ length: window.count }, (_, i) => {
    const id = window.postHigh[i] * 2 ** 32 + window.postLow[i] - 0xffff_ff00;
    expect(window.authorLow[i]).toBe(id);
    return { id, deleted: window.deleted[i] === 1 };
  }).reverse();
}

function floorOf(rings: Rings, slot: number): number {
  return rings.floorHigh(slot) * 2 ** 32 + rings.floorLow(slot) - 0xffff_ff00;
}

type Step = { kind: "insert"; id: number; deleted: boolean } | { kind: "complete"; floor: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      kind: fc.constant("insert"),
      id: fc.oneof(fc.nat(400), fc.integer({ min: 300, max: 700 }), fc.nat(2_000)),
      deleted: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("complete"), floor: fc.nat(350) }),
  },
) as fc.Arbitrary<Step>;

/** Nothing but the rules: a map of what was taken, and a floor that only the ring itself lifts. */
function checkAgainstModel(rings: Rings, slot: number, steps: readonly Step[]): void {
  const model = new Map<number, boolean>();
  for (const each of steps) {
    const floorBefore = floorOf(rings, slot);
    if (each.kind === "complete") {
      const { low, high } = halves(each.floor);
      rings.complete(slot, low, high);
      expect(floorOf(rings, slot)).toBe(Math.max(floorBefore, each.floor));
    } else {
      const known = model.get(each.id);
      const outcome = insert(rings, slot, each.id, each.deleted);
      if (each.id < floorBefore) expect(outcome).toBe(DROPPED);
      else if (known === undefined) {
        expect(outcome).toBe(each.id < floorOf(rings, slot) ? DROPPED : INSERTED);
      } else expect(outcome).toBe(each.deleted && !known ? MARKED : DUPLICATE);
      if (outcome !== DROPPED) model.set(each.id, each.deleted || known === true);
    }
    const floor = floorOf(rings, slot);
    expect(floor).toBeGreaterThanOrEqual(floorBefore);
    for (const id of model.keys()) if (id < floor) model.delete(id);
  }
  const expected = [...model].sort(([a], [b]) => a - b).map(([id, deleted]) => ({ id, deleted }));
  expect(contents(rings, slot)).toEqual(expected);
  expect(rings.countOf(slot)).toBe(expected.length);
  expect(expected.length).toBeLessThanOrEqual(rings.memory.maxEntries);
}

const manySteps = fc.array(step, { minLength: 200, maxLength: 1_000 });

describe.each([8, 31, 32, 64, 124, 800])("a ring of %i", (max) => {
  test("holds what the rules say, in order, whatever comes", () => {
    fc.assert(
      fc.property(manySteps, (steps) => {
        const rings = makeRings(max);
        checkAgainstModel(rings, rings.activate(1, 0), steps);
      }),
      { numRuns: 60 },
    );
  });

  test("does so with few chunks, which two rings fight for", () => {
    fc.assert(
      fc.property(manySteps, manySteps, fc.nat(6), (first, second, chunks) => {
        const rings = makeRings(max, chunks);
        const other = rings.activate(2, 0);
        for (const each of second) if (each.kind === "insert") insert(rings, other, each.id);
        checkAgainstModel(rings, rings.activate(1, 0), first);
        expect(rings.memory.chunks.usedCount).toBeLessThanOrEqual(chunks);
        expect(rings.memory.chunks.bytes).toBeLessThanOrEqual(chunks * CHUNK_BYTES);
        expect(contents(rings, other).length).toBe(rings.countOf(other));
      }),
      { numRuns: 60 },
    );
  });

  test("gives everything back when it lapses", () => {
    const rings = makeRings(max);
    for (let round = 0; round < 20; round++) {
      const slots = Array.from({ length: 10 }, (_, i) => rings.activate(i, round));
      for (let id = 0; id < 300; id++) insert(rings, slots[id % 10], (id * 7919) % 1_000);
      for (const slot of slots) rings.lapse(slot);
      expect(rings.memory.entryCount).toBe(0);
      expect(rings.memory.chunks.usedCount).toBe(0);
      rings.endGroup();
      rings.endGroup();
    }
    expect(rings.memory.slots.length).toBe(10);
    expect(rings.table.size).toBe(0);
  });

  test("that came in disorder is packed when it is complete", () => {
    const rings = makeRings(max);
    const slot = rings.activate(1, 0);
    for (let i = 0; i < max; i++) insert(rings, slot, (i * 37) % max);
    const before = contents(rings, slot);
    expect(before).toHaveLength(max);
    rings.complete(slot, 1, 0);
    expect(rings.memory.chunks.usedCount).toBe(Math.ceil(max / CHUNK_ENTRIES));
    expect(contents(rings, slot)).toEqual(before);
    expect(insert(rings, slot, 10_000)).toBe(INSERTED);
    expect(contents(rings, slot).at(-1)?.id).toBe(10_000);
  });

  test("to which posts come a little out of order keeps its chunks nearly full", () => {
    const rings = makeRings(max);
    const slot = rings.activate(1, 0);
    for (let i = 0; i < 10_000; i++) insert(rings, slot, i - (i % 3 === 0 ? 20 : 0) + (i % 7));
    const chunks = rings.memory.chunks.usedCount;
    if (max >= 124) expect(rings.countOf(slot) / (chunks * CHUNK_ENTRIES)).toBeGreaterThan(0.75);
  });

  test("keeps at least three quarters of its bound, in the bytes that are planned for it", () => {
    const rings = makeRings(max);
    const slot = rings.activate(1, 0);
    for (let i = 0; i < 5_000; i++) {
      insert(rings, slot, i);
      if (i >= max) expect(rings.countOf(slot)).toBeGreaterThan(max * 0.75);
      expect(rings.memory.chunks.usedCount * CHUNK_BYTES).toBeLessThanOrEqual(ringBytes(max));
    }
  });

  test("takes as many bytes in the mean as plans say", () => {
    const rings = makeRings(max);
    const slot = rings.activate(1, 0);
    let bytes = 0;
    for (let i = 0; i < 11 * max; i++) {
      insert(rings, slot, i);
      if (i >= max) bytes += rings.memory.chunks.usedCount * CHUNK_BYTES;
    }
    expect(Math.abs(bytes / (10 * max) / meanRingBytes(max) - 1)).toBeLessThan(0.05);
  });

  test("is the same after a dump and a restore", () => {
    fc.assert(
      fc.property(manySteps, (steps) => {
        const rings = makeRings(max);
        const slot = rings.activate(1, 0);
        checkAgainstModel(rings, slot, steps);
        const words = new Uint32Array(dumpWords(rings, slot) + 3);
        const end = dumpRing(rings.memory, slot, words, 3);
        expect(end).toBe(words.length);
        const restored = makeRings(max);
        expect(restoreRing(restored, words, 3, 1)).toBe(end);
        const found = restored.find(1, 0);
        expect(contents(restored, found)).toEqual(contents(rings, slot));
        expect(floorOf(restored, found)).toBe(floorOf(rings, slot));
        expect(restored.isFilling(found)).toBe(rings.isFilling(slot));
      }),
      { numRuns: 30 },
    );
  });
});

test("a ring limit of a few entries is refused, with the remedy", () => {
  expect(() => makeRings(MIN_RING_ENTRIES - 1)).toThrow(`${MIN_RING_ENTRIES}: raise it`);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Slots } from "./slots.ts";
import { ViewerTable } from "./viewer-table.ts";

const id = fc.record({
  low: fc.integer({ min: 0, max: 60 }),
  high: fc.constantFrom(0, 7, 0x7fff_ffff),
});
const step = fc.record({ id, isAdd: fc.boolean() });

test("finds what a map would, while viewers come and go", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const slots = new Slots();
      const table = new ViewerTable(slots);
      const map = new Map<string, number>();
      for (const { id, isAdd } of steps) {
        const { low, high } = id;
        const key = `${high}:${low}`;
        const known = map.get(key);
        expect(table.find(low, high)).toBe(known ?? -1);
        if (isAdd && known === undefined) {
          const slot = slots.take(low, high);
          table.add(slot);
          map.set(key, slot);
        } else if (!isAdd && known !== undefined) {
          table.remove(known);
          slots.free(known);
          slots.retire();
          map.delete(key);
        }
        expect(table.size).toBe(map.size);
      }
      for (const [key, slot] of map) {
        const [high, low] = key.split(":").map(Number);
        expect(table.find(low, high)).toBe(slot);
      }
    }),
  );
});

test("grows and shrinks by 50,000 viewers without losing any", () => {
  const slots = new Slots();
  const table = new ViewerTable(slots);
  const count = 50_000;
  for (let i = 0; i < count; i++) table.add(slots.take(i >>> 1, i & 1));
  for (let i = 0; i < count; i += 2) table.remove(i);
  const ids = Uint32Array.from({ length: 2 * count }, (_, i) => (i & 1 ? (i >>> 1) & 1 : i >>> 2));
  const found = new Int32Array(count);
  table.findAll(ids, count, found);
  expect(found.every((slot, i) => slot === (i & 1 ? i : -1))).toBe(true);
  expect(table.bytes / table.size).toBeLessThan(100);
});

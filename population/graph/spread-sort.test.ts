import fc from "fast-check";
import { expect, test } from "vitest";
import { createSpreadSort } from "./spread-sort.ts";

test("ids come out ascending and once each, spread or crowded", () => {
  const people = 1_000;
  const sort = createSpreadSort(people, 100);
  const someIds = fc.array(
    fc.oneof(fc.integer({ min: 1, max: people }), fc.integer({ min: 1, max: 5 })),
    { maxLength: 100 },
  );
  const property = fc.property(someIds, (ids) => {
    const expected = [...new Set(ids)].sort((a, b) => a - b);
    expect([...sort(Int32Array.from(ids), ids.length)]).toEqual(expected);
  });
  fc.assert(property);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { IdSet } from "./id-set.ts";

test("adds like a set, while it grows, also when hashes and halves collide", () => {
  const half = fc.oneof(fc.nat({ max: 8 }), fc.integer({ min: 2 ** 31 - 4, max: 2 ** 32 - 1 }));
  const property = fc.property(
    fc.array(fc.tuple(half, half), { maxLength: 400, size: "max" }),
    (ids) => {
      const set = new IdSet(1);
      const model = new Set<string>();
      for (const [low, high] of ids.filter(([low, high]) => low !== 0 || high !== 0)) {
        const isNew = !model.has(`${low} ${high}`);
        model.add(`${low} ${high}`);
        expect(set.add(low, high)).toBe(isNew);
        expect(set.size).toBe(model.size);
      }
    },
  );
  fc.assert(property);
});

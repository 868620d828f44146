import fc from "fast-check";
import { expect, test } from "vitest";
import { createMatching } from "./matching.ts";

/** Stubs, the most that one person has, a seed. */
const aMatching = fc.tuple(
  fc.integer({ min: 4, max: 5_000 }),
  fc.integer({ min: 1, max: 200 }),
  fc.integer(),
);

test("the partner of a partner is the stub itself, and nobody is left out", () => {
  const property = fc.property(aMatching, ([stubs, maxEach, seed]) => {
    const matching = createMatching(stubs, maxEach, seed);
    const partners = new Float64Array(stubs);
    matching.partners(0, stubs, partners);
    const back = new Float64Array(1);
    const isPaired = partners.every((partner, stub) => {
      matching.partners(partner, 1, back);
      return back[0] === stub && partner !== stub;
    });
    return isPaired && new Set(partners).size === stubs;
  });
  fc.assert(property, { numRuns: 40 });
});

test("at full size too, where numbers need more than 32 bits", () => {
  const stubs = 3.8e11;
  const matching = createMatching(stubs, 5_000, 5);
  const out = new Float64Array(1);
  const property = fc.property(
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (at) => {
      const stub = Math.floor(at * stubs);
      matching.partners(stub, 1, out);
      matching.partners(out[0], 1, out);
      expect(out[0]).toBe(stub);
    },
  );
  fc.assert(property, { numRuns: 1_000 });
});

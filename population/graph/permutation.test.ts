import fc from "fast-check";
import { expect, test } from "vitest";
import { domainOf, inverseOfOdd, MAX_PERMUTED, permute, unpermute } from "./permutation.ts";

const aKey = fc.integer();

test("every value is hit once, for any key and small size", () => {
  const property = fc.property(fc.integer({ min: 1, max: 300 }), aKey, (size, key) => {
    const domain = domainOf(size);
    const values = Array.from({ length: size }, (_, value) => permute(value, key, domain));
    expect(values.toSorted((a, b) => a - b)).toEqual(values.map((_, value) => value));
  });
  fc.assert(property);
});

test("unpermute undoes permute, up to the largest size", () => {
  const sizeAndValue = fc
    .integer({ min: 1, max: MAX_PERMUTED })
    .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 })));
  const property = fc.property(sizeAndValue, aKey, ([size, value], key) => {
    const domain = domainOf(size);
    const image = permute(value, key, domain);
    expect(image).toBeGreaterThanOrEqual(0);
    expect(image).toBeLessThan(size);
    expect(unpermute(image, key, domain)).toBe(value);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("odd numbers have an inverse modulo 2^32", () => {
  const property = fc.property(fc.integer(), (n) => Math.imul(n | 1, inverseOfOdd(n | 1)) === 1);
  fc.assert(property);
});

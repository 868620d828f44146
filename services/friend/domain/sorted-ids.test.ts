import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ID } from "../../model/ids.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import {
  includesId,
  insertId,
  isIdAt,
  joinIds,
  lowerBound,
  removeId,
  sliceIds,
} from "./sorted-ids.ts";

/** Near each other, and around the places where the halves carry over. */
const anId = fc.oneof(
  fc.bigInt(1n, 30n),
  fc.bigInt(2n ** 31n - 5n, 2n ** 31n + 5n),
  fc.bigInt(2n ** 32n - 5n, 2n ** 32n + 5n),
  fc.bigInt(MAX_ID - 10n, MAX_ID),
);
const someIds = fc
  .uniqueArray(anId, { maxLength: 40 })
  .map((ids) => ids.sort((a, b) => (a < b ? -1 : 1)));

test("an id is found where it is, or where it belongs", () => {
  const property = fc.property(someIds, anId, (ids, id) => {
    const pairs = pairsOf(ids);
    const index = lowerBound(pairs, id);
    expect(index).toBe(ids.filter((other) => other < id).length);
    expect(isIdAt(pairs, index, id)).toBe(ids.includes(id));
    expect(includesId(pairs, id)).toBe(ids.includes(id));
  });
  fc.assert(property, { numRuns: 500 });
});

test("a slice has what is in the range, up to a maximum", () => {
  const max = fc.nat({ max: 40 });
  const property = fc.property(someIds, anId, anId, max, (ids, from, before, max) => {
    const pairs = pairsOf(ids);
    const inRange = ids.filter((id) => id >= from && id < before).slice(0, max);
    expect(idsOf(sliceIds(pairs, from, before, max))).toEqual(inRange);
    const fromOn = ids.filter((id) => id >= from).slice(0, max);
    expect(idsOf(sliceIds(pairs, from, 0n, max))).toEqual(fromOn);
  });
  fc.assert(property, { numRuns: 500 });
});

test("an id put in and taken out leaves the list as it was, and the list given is not changed", () => {
  const property = fc.property(someIds, anId, (ids, id) => {
    fc.pre(!ids.includes(id));
    const pairs = pairsOf(ids);
    const index = lowerBound(pairs, id);
    const grown = insertId(pairs, index, id);
    expect(idsOf(grown)).toEqual(ids.toSpliced(index, 0, id));
    expect(removeId(grown, index)).toEqual(pairs);
    expect(idsOf(pairs)).toEqual(ids);
  });
  fc.assert(property, { numRuns: 200 });
});

test("lists are joined in their order", () => {
  expect(joinIds([])).toEqual(new Uint32Array(0));
  expect(idsOf(joinIds([[1n, 2n], [], [3n]].map(pairsOf)))).toEqual([1n, 2n, 3n]);
});

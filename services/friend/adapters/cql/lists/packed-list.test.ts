import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_ID } from "../../../../model/ids.ts";
import { pairsOf } from "../../../../model/wire/id-pairs.ts";
import { decodePacked, encodePacked } from "./packed-list.ts";

it("a list comes out as it went in, wherever the driver's bytes lie", () => {
  const list = fc.record({
    readAtMs: fc.nat({ max: 2 ** 47 }),
    friends: fc.array(fc.bigInt(1n, MAX_ID), { maxLength: 20 }).map(pairsOf),
  });
  fc.assert(
    fc.property(list, fc.nat({ max: 7 }), (given, offset) => {
      const bytes = Buffer.concat([Buffer.alloc(offset), encodePacked(given)]).subarray(offset);
      expect(decodePacked(bytes)).toEqual(given);
    }),
  );
});

it("a format of a newer version is no list", () => {
  const bytes = encodePacked({ readAtMs: 1, friends: pairsOf([1n]) });
  bytes.writeUInt16LE(2, 6);
  expect(decodePacked(bytes)).toBeUndefined();
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ID } from "../../model/ids.ts";
import { pairsOf } from "../../model/wire/id-pairs.ts";
import { cutIntoRanges, type FriendRange } from "./friend-ranges.ts";

function holds({ from, before }: FriendRange, id: bigint): boolean {
  return id >= from && (before === 0n || id < before);
}

async function* inBatches(ids: readonly bigint[], size: number): AsyncIterable<Uint32Array> {
  yield pairsOf([]);
  for (let i = 0; i < ids.length; i += size) yield pairsOf(ids.slice(i, i + size));
}

const lists = fc
  .uniqueArray(fc.bigInt(1n, MAX_ID), { maxLength: 60 })
  .map((ids) => ids.sort((a, b) => (a < b ? -1 : 1)));

describe("cutIntoRanges", () => {
  it("puts every id that there can be in exactly one range", async () => {
    const check = async (ids: bigint[], any: bigint[], size: number, batch: number) => {
      const ranges = await cutIntoRanges(inBatches(ids, batch), size);
      for (const id of [...ids, ...any, 1n, MAX_ID]) {
        expect(ranges.filter((range) => holds(range, id)).length).toBe(1);
      }
    };
    const size = fc.integer({ min: 1, max: 12 });
    await fc.assert(fc.asyncProperty(lists, fc.array(fc.bigInt(1n, MAX_ID)), size, size, check));
  });

  it("makes ranges of the size asked for, whatever the batches", async () => {
    const ids = Array.from({ length: 23 }, (_, i) => BigInt(i + 1));
    for (const batch of [1, 4, 5, 7, 23, 100]) {
      const ranges = await cutIntoRanges(inBatches(ids, batch), 5);
      const sizes = ranges.map((range) => ids.filter((id) => holds(range, id)).length);
      expect(sizes).toEqual([5, 5, 5, 5, 3]);
    }
  });
});

import { expect, it } from "vitest";
import { pairsOf } from "../../../model/wire/id-pairs.ts";
import { NO_IDS } from "../../domain/sorted-ids.ts";
import { copied, decodeRoot, encodeRoot, viewed } from "./list-layout.ts";

const ROOT = { count: 300, ids: NO_IDS, bounds: pairsOf([1n, 2n ** 40n, 2n ** 62n]) };

it("reads the bounds of a value that stays as a view, and as a copy where it lies amid a word", () => {
  const value = encodeRoot(ROOT);
  const seen = decodeRoot(value, viewed);
  expect(seen).toEqual(ROOT);
  expect(seen.bounds.buffer).toBe(value.buffer);
  expect(decodeRoot(value, copied).bounds.buffer).not.toBe(value.buffer);
  const moved = Buffer.alloc(value.length + 1);
  moved.set(value, 1);
  expect(decodeRoot(moved.subarray(1), viewed)).toEqual(ROOT);
});

import { describe, expect, it } from "vitest";
import { firstPostIdAt, postIdOf } from "../../model/ids.ts";
import { bucketOf, bucketsBetween, lastPostIn } from "./buckets.ts";

const WEEK_MS = 2 ** 29;
const START_MS = Date.UTC(2026, 5, 1);
const at = (weeks: number) => firstPostIdAt(START_MS + weeks * WEEK_MS);

describe("the buckets of an author's posts", () => {
  it("follow one another in time", () => {
    expect(bucketOf(at(1))).toBe(bucketOf(at(0)) + 1);
    expect(bucketOf(lastPostIn(7))).toBe(7);
    expect(bucketOf(postIdOf(lastPostIn(7) + 1n))).toBe(8);
  });

  it("between two posts come newest first, and without the bucket that only begins at the end", () => {
    const first = bucketOf(at(0));
    expect(bucketsBetween(at(0), at(2), 5)).toEqual([first + 2, first + 1, first]);
    const begin = postIdOf(lastPostIn(first) + 1n);
    expect(bucketsBetween(at(0), begin, 5)).toEqual([first]);
    expect(bucketsBetween(at(0), at(0), 5)).toHaveLength(
      0 + (bucketOf(postIdOf(at(0) - 1n)) - first + 1),
    );
    expect(bucketsBetween(at(0), at(9), 5)).toBeUndefined();
  });
});

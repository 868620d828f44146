import { describe, expect, it } from "vitest";
import { type RankCandidate, rank, type Weights } from "./rank.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_800_000_000_000;
const weights: Weights = { halfLifeMs: 6 * HOUR_MS, reads: 1, commonFriends: 0.5 };

function candidate(postId: bigint, change: Partial<RankCandidate> = {}): RankCandidate {
  return { postId, createTimeMs: NOW_MS, commonFriendCount: 0, recentReads: 0, ...change };
}

function order(...candidates: RankCandidate[]): bigint[] {
  return rank(candidates, NOW_MS, weights).map((entry) => entry.postId);
}

describe("rank", () => {
  it("puts the newer post first when nothing else is known", () => {
    expect(order(candidate(1n, { createTimeMs: NOW_MS - HOUR_MS }), candidate(2n))).toEqual([
      2n,
      1n,
    ]);
  });

  it("halves the recency of a post in each half-life", () => {
    const [entry] = rank([candidate(1n, { createTimeMs: NOW_MS - 12 * HOUR_MS })], NOW_MS, weights);
    expect(entry).toMatchObject({ score: 0.25, reasons: ["recency 0.25"] });
  });

  it("lifts authors who are read often or share friends, and says so", () => {
    const close = candidate(1n, {
      createTimeMs: NOW_MS - HOUR_MS,
      recentReads: 9,
      commonFriendCount: 12,
    });
    const [first] = rank([candidate(2n), close], NOW_MS, weights);
    expect(first).toMatchObject({
      postId: 1n,
      reasons: ["recency 0.89", "read often", "12 friends in common"],
    });
  });

  it("counts one friend in the singular", () => {
    const [entry] = rank([candidate(1n, { commonFriendCount: 1 })], NOW_MS, weights);
    expect(entry?.reasons).toContain("1 friend in common");
  });

  it("never lets affinity keep an old post above a fresh one", () => {
    const old = candidate(1n, {
      createTimeMs: NOW_MS - 48 * HOUR_MS,
      recentReads: 1e12,
      commonFriendCount: 50_000,
    });
    expect(order(old, candidate(2n))).toEqual([2n, 1n]);
  });

  it("treats a post from the future as posted now", () => {
    const [entry] = rank([candidate(1n, { createTimeMs: NOW_MS + HOUR_MS })], NOW_MS, weights);
    expect(entry?.score).toBe(1);
  });

  it("gives one order for one set, however it arrives", () => {
    const set = [candidate(3n), candidate(1n), candidate(2n, { recentReads: 1 })];
    expect(order(...set)).toEqual([2n, 3n, 1n]);
    expect(order(...set.toReversed())).toEqual([2n, 3n, 1n]);
  });
});

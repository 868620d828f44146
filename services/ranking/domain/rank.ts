/** What is known of one entry, in plain numbers. */
export interface RankCandidate {
  readonly postId: bigint;
  readonly createTimeMs: number;
  readonly commonFriendCount: number;
  readonly recentReads: number;
}

export interface Ranked {
  readonly postId: bigint;
  readonly score: number;
  readonly reasons: string[];
}

/** How the default ranker weighs; all of it is configuration. */
export interface Weights {
  /** Age at which recency has fallen to one half, ms. */
  readonly halfLifeMs: number;
  /** The most that reading the author often can add, as a multiple of recency. */
  readonly reads: number;
  /** The most that friends in common can add, as a multiple of recency. */
  readonly commonFriends: number;
}

/** Recent reads at which their effect is half of the most; from there on the author is "read often". */
const HALF_READS = 5;
/** Friends in common at which their effect is half of the most. */
const HALF_COMMON_FRIENDS = 20;

/**
 * Best first. Affinity multiplies recency instead of adding to it, so that no author, however close,
 * keeps an old post on top. Equal scores: the newer id first, so the order is a function of the input.
 */
export function rank(
  candidates: readonly RankCandidate[],
  nowMs: number,
  weights: Weights,
): Ranked[] {
  return candidates.map((candidate) => score(candidate, nowMs, weights)).sort(bestFirst);
}

function score(candidate: RankCandidate, nowMs: number, weights: Weights): Ranked {
  // A clock that runs behind must not lift a post above the newest possible.
  const ageMs = Math.max(0, nowMs - candidate.createTimeMs);
  const recency = 2 ** (-ageMs / weights.halfLifeMs);
  const reads = saturate(candidate.recentReads, HALF_READS);
  const common = saturate(candidate.commonFriendCount, HALF_COMMON_FRIENDS);
  const affinity = 1 + weights.reads * reads + weights.commonFriends * common;
  return {
    postId: candidate.postId,
    score: recency * affinity,
    reasons: reasonsFor(candidate, recency),
  };
}

function reasonsFor(candidate: RankCandidate, recency: number): string[] {
  const reasons = [`recency ${recency.toFixed(2)}`];
  if (candidate.recentReads >= HALF_READS) reasons.push("read often");
  const common = candidate.commonFriendCount;
  if (common > 0) reasons.push(common === 1 ? "1 friend in common" : `${common} friends in common`);
  return reasons;
}

/** 0 at 0, one half at `half`, towards 1 without end: one popular author cannot outweigh everything. */
function saturate(value: number, half: number): number {
  return value / (value + half);
}

function bestFirst(a: Ranked, b: Ranked): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.postId > b.postId ? -1 : 1;
}

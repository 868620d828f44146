import type {
  Candidate,
  RankEntriesRequest,
  RankEntriesResponse,
} from "#gen/ranking/v1/ranking.ts";
import { isId } from "../../model/ids.ts";
import { MAX_RANK_CANDIDATES } from "../../model/limits.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { rank, type Weights } from "../domain/rank.ts";

/** RankEntries with the default ranker: all that it uses is in the request. */
export function rankEntries(weights: Weights) {
  return (request: RankEntriesRequest): RankEntriesResponse => {
    check(request);
    const entries = rank(request.candidates.map(plain), Number(request.nowMs), weights);
    return { entries };
  };
}

function plain(candidate: Candidate) {
  return {
    postId: candidate.postId,
    createTimeMs: Number(candidate.createTimeMs),
    commonFriendCount: candidate.commonFriendCount,
    recentReads: candidate.recentReads,
  };
}

function check({ viewerId, nowMs, candidates }: RankEntriesRequest): void {
  if (!isId(viewerId)) throw invalidArgument("viewer_id", "must be from 1 to 2^63-1");
  if (nowMs <= 0n) {
    throw invalidArgument("now_ms", "must be above 0", "send the time of the read, Unix ms");
  }
  if (candidates.length > MAX_RANK_CANDIDATES) {
    throw invalidArgument(
      "candidates",
      `has ${candidates.length} items, the limit is ${MAX_RANK_CANDIDATES}`,
      "rank the newest and leave the rest chronological",
    );
  }
  const seen = new Set<bigint>();
  for (const [index, candidate] of candidates.entries()) {
    checkCandidate(candidate, `candidates[${index}]`);
    if (seen.has(candidate.postId)) {
      throw invalidArgument(
        `candidates[${index}].post_id`,
        `${candidate.postId} is in the request already`,
        "send each post once",
      );
    }
    seen.add(candidate.postId);
  }
}

function checkCandidate(candidate: Candidate, field: string): void {
  if (!isId(candidate.postId)) {
    throw invalidArgument(`${field}.post_id`, "must be from 1 to 2^63-1");
  }
  if (candidate.commonFriendCount < 0) {
    throw invalidArgument(`${field}.common_friend_count`, "must be 0 (unknown) or more");
  }
  // Infinity and NaN would make the order depend on the sort's internals.
  if (!(candidate.recentReads >= 0 && candidate.recentReads < Number.POSITIVE_INFINITY)) {
    throw invalidArgument(`${field}.recent_reads`, "must be a finite number, 0 or more");
  }
}

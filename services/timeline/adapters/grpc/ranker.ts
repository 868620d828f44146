import { RankingServiceService } from "#gen/ranking/v1/ranking.ts";
import { postTimeMs } from "../../../model/ids.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { Ranker } from "../../ports.ts";

/** The ranking service. `timeoutMs` is short: a page waits for it. */
export function createRanker(channel: Channel, timeoutMs: number): Ranker {
  const client = createClient(RankingServiceService, channel);
  return {
    async rank(viewer, nowMs, candidates) {
      const request = {
        viewerId: viewer,
        nowMs: BigInt(nowMs),
        candidates: candidates.map((candidate) => ({
          ...candidate,
          createTimeMs: BigInt(postTimeMs(candidate.postId)),
        })),
      };
      const { entries } = await client.rankEntries(request, { timeoutMs });
      return entries;
    },
  };
}

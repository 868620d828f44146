import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Candidate,
  type RankEntriesRequest,
  RankingServiceService,
} from "#gen/ranking/v1/ranking.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import type { ServedGrpc } from "../../platform/lifecycle/serve.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { readRankingConfig } from "../config.ts";
import { createRankingService } from "../create.ts";

const NOW_MS = 1_800_000_000_000n;
const log = createLogger("test", "silent");
let service: ServedGrpc;
let channel: Channel;

beforeAll(async () => {
  const env = { TIDINGS_RANKING_PORT: "0", TIDINGS_RANKING_METRICS_PORT: "0" };
  service = await createRankingService(readRankingConfig(env), { log });
  channel = connect(service.grpc.address, PATIENT);
});

afterAll(async () => {
  channel.close();
  await service.close();
});

function rankThese(candidates: Partial<Candidate>[], change: Partial<RankEntriesRequest> = {}) {
  const full = candidates.map((one) => Candidate.fromPartial({ createTimeMs: NOW_MS, ...one }));
  const request = { viewerId: 1n, nowMs: NOW_MS, candidates: full, ...change };
  return createClient(RankingServiceService, channel).rankEntries(request);
}

function numbered(count: number): Partial<Candidate>[] {
  return Array.from({ length: count }, (_, index) => ({ postId: BigInt(index + 1) }));
}

describe("RankEntries", () => {
  it("answers each of 200 candidates once, with score and reasons", async () => {
    const { entries } = await rankThese(numbered(200));
    expect(new Set(entries.map((entry) => entry.postId)).size).toBe(200);
    expect(entries[0]).toEqual({ postId: 200n, score: 1, reasons: ["recency 1.00"] });
  });

  it("answers nothing to no candidates", async () => {
    expect((await rankThese([])).entries).toEqual([]);
  });

  it.each([
    ["more than 200", numbered(201), "candidates", "the limit is 200"],
    ["a repeated post", [{ postId: 7n }, { postId: 7n }], "candidates[1].post_id", "7 is in"],
    ["post id 0", [{ postId: 0n }], "candidates[0].post_id", "from 1 to 2^63-1"],
    [
      "endless reads",
      [{ postId: 7n, recentReads: Number.POSITIVE_INFINITY }],
      "candidates[0].recent_reads",
      "finite",
    ],
    [
      "negative friends",
      [{ postId: 7n, commonFriendCount: -1 }],
      "candidates[0].common_friend_count",
      "0 (unknown) or more",
    ],
  ])("rejects %s and names the field", async (_case, candidates, field, description) => {
    await expect(rankThese(candidates)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [{ field, description: expect.stringContaining(description) }],
    });
  });

  it("rejects a request without a viewer or a time", async () => {
    await expect(rankThese([], { viewerId: 0n })).rejects.toThrow(/viewer_id/);
    await expect(rankThese([], { nowMs: 0n })).rejects.toThrow(/now_ms/);
  });
});

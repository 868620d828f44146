import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { settledIntervals } from "../../model/pulled/pulled-table.ts";
import { connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { readTimelineConfig } from "../config.ts";
import { createTimelineService, type TimelineOverrides } from "../create.ts";
import type { RankCandidate, RankedItem, Ranker } from "../ports.ts";
import { MemoryEntryStore } from "./memory-entry-store.ts";
import { FakeFriends, FakePosts, World } from "./world.ts";

const log = createLogger("timeline", "silent");

/** Oldest first, unless a test says otherwise: nothing that a chronological page could look like. */
export class FakeRanker implements Ranker {
  asked: (readonly RankCandidate[])[] = [];
  answer: (candidates: readonly RankCandidate[]) => Promise<readonly RankedItem[]> = async (all) =>
    all.map(({ postId }) => ({ postId, reasons: ["old"] })).reverse();

  rank(
    _viewer: bigint,
    _nowMs: number,
    candidates: readonly RankCandidate[],
  ): Promise<readonly RankedItem[]> {
    this.asked.push(candidates);
    return this.answer(candidates);
  }
}

/** A timeline service over gRPC on a free port, its sources played by a World. */
export async function startTimeline(
  env: Readonly<Record<string, string>> = {},
  { world = new World(), ...overrides }: Partial<TimelineOverrides & { world: World }> = {},
) {
  const fakes = {
    store: new MemoryEntryStore(),
    friends: new FakeFriends(world),
    posts: new FakePosts(world),
    ranker: new FakeRanker(),
    intervals: settledIntervals(),
  };
  const config = readTimelineConfig({
    TIDINGS_TIMELINE_PORT: "0",
    TIDINGS_TIMELINE_METRICS_PORT: "0",
    // A machine whose cores are busy answers late, and then pages show what there is: no test is about that by accident.
    TIDINGS_TIMELINE_PAGE_WAIT: "60s",
    TIDINGS_TIMELINE_COLD_WAIT: "60s",
    TIDINGS_TIMELINE_RANK_TIMEOUT: "60s",
    TIDINGS_TIMELINE_SOURCE_TIMEOUT: "60s",
    // No log of posts, unless a test brings one; then a ring has to reach further.
    ...(overrides.postLog === undefined && {
      TIDINGS_TIMELINE_INDEX_MIB: "0",
      TIDINGS_TIMELINE_RING_ENTRIES: "800",
    }),
    ...env,
  });
  const service = await createTimelineService(config, { log, ...fakes, ...overrides });
  const channel = connect(service.grpc.address, { ...PATIENT, retry: "none" });
  const client = createClient(TimelineServiceService, channel);
  return {
    ...fakes,
    world,
    client,
    service,
    metricsUrl: `http://127.0.0.1:${service.metricsPort}/metrics`,
    async [Symbol.asyncDispose]() {
      await service.close();
      channel.close();
    },
  };
}

export type StartedTimeline = Awaited<ReturnType<typeof startTimeline>>;

/** A request for a page, with what matters to the test. */
export function pageOf(
  viewerId: bigint,
  rest: { limit?: number; pageToken?: string; order?: 0 | 1 | 2; fromTimeMs?: bigint } = {},
) {
  return { viewerId, limit: 0, pageToken: "", order: 0 as const, fromTimeMs: 0n, ...rest };
}

import { RankingServiceService } from "#gen/ranking/v1/ranking.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { implement } from "../platform/grpc/server/server.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import type { RankingConfig } from "./config.ts";
import { rankEntries } from "./handlers/rank-entries.ts";

export interface RankingOverrides {
  readonly log: Logger;
}

const DEFAULT_DEADLINE_MS = 1_000;

/** Builds and starts the default ranking service. */
export async function createRankingService(
  config: RankingConfig,
  { log }: RankingOverrides,
): Promise<ServedGrpc> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "ranking", config, log });
  const metrics = createMetrics("ranking", tracer);
  const credentials = await openCredentials(starting, {
    service: "ranking",
    ...{ config, log, metrics },
  });
  const weights = {
    halfLifeMs: config.halfLifeMs,
    reads: config.readsPercent / 100,
    commonFriends: config.commonFriendsPercent / 100,
  };
  return await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    services: [implement(RankingServiceService, { rankEntries: rankEntries(weights) })],
  });
}

import { RankingServiceService } from "#gen/ranking/v1/ranking.ts";
import { type GrpcServer, implement, startGrpcServer } from "../platform/grpc/server.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { startMetricsServer } from "../platform/telemetry/metrics-server.ts";
import type { RankingConfig } from "./config.ts";
import { rankEntries } from "./handlers/rank-entries.ts";

export interface RankingOverrides {
  readonly log: Logger;
}

export interface RankingService {
  readonly grpc: GrpcServer;
  readonly metricsPort: number;
  close(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 1_000;

/** Builds and starts the default ranking service. */
export async function createRankingService(
  config: RankingConfig,
  { log }: RankingOverrides,
): Promise<RankingService> {
  const { host, port, drainMs, lingerMs } = config;
  const metrics = createMetrics("ranking");
  const weights = {
    halfLifeMs: config.halfLifeMs,
    reads: config.readsPercent / 100,
    commonFriends: config.commonFriendsPercent / 100,
  };
  const service = implement(RankingServiceService, { rankEntries: rankEntries(weights) });
  const times = { defaultDeadlineMs: DEFAULT_DEADLINE_MS, drainMs, lingerMs };
  const grpc = await startGrpcServer({ host, port, log, metrics, ...times }, [service]);
  const metricsServer = await startMetricsServer({ host, port: config.metricsPort, metrics });
  return {
    grpc,
    metricsPort: metricsServer.port,
    close: async () => {
      await grpc.drain();
      await metricsServer[Symbol.asyncDispose]();
    },
  };
}

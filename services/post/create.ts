import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { type GrpcServer, startGrpcServer } from "../platform/grpc/server.ts";
import type { LmdbOptions } from "../platform/storage/lmdb/open.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { startMetricsServer } from "../platform/telemetry/metrics-server.ts";
import type { PostConfig } from "./config.ts";
import { AuthorQuotas } from "./domain/author-quotas.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { postService } from "./implementation.ts";

export interface PostOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly lmdb?: LmdbOptions;
}

export interface PostService {
  readonly grpc: GrpcServer;
  readonly metricsPort: number;
  /** Resolves when every event is on the bus. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const DRAIN_MS = 10_000;

/** Builds and starts the post service. */
export async function createPostService(
  config: PostConfig,
  overrides: PostOverrides,
): Promise<PostService> {
  const { log, clock = systemClock } = overrides;
  const metrics = createMetrics("post");
  const engine = await openEmbedded(config, { log, metrics, clock, lmdb: overrides.lmdb });
  const quotas = new AuthorQuotas({ perMinute: config.quotaPerMinute, burst: config.quotaBurst });
  const grpc = await startGrpcServer(
    {
      host: config.host,
      port: config.port,
      log,
      metrics,
      clock,
      defaultDeadlineMs: DEFAULT_DEADLINE_MS,
      drainMs: DRAIN_MS,
    },
    [postService({ store: engine.store, quotas, clock }), ...engine.services],
  );
  const metricsServer = await startMetricsServer({
    host: config.host,
    port: config.metricsPort,
    metrics,
  });
  return {
    grpc,
    metricsPort: metricsServer.port,
    settle: () => engine.relay.settle(),
    close: async () => {
      const drained = grpc.drain();
      await engine.closeBus();
      await drained;
      await engine.closeStore();
      await metricsServer[Symbol.asyncDispose]();
    },
  };
}

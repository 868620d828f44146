import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { type GrpcServer, startGrpcServer } from "../platform/grpc/server.ts";
import type { LmdbOptions } from "../platform/storage/lmdb/open.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { startMetricsServer } from "../platform/telemetry/metrics-server.ts";
import type { PostConfig } from "./config.ts";
import { AuthorQuotas } from "./domain/author-quotas.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { postService } from "./implementation.ts";

export interface PostOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  /** 0 to 1. */
  readonly random?: () => number;
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
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the post service. */
export async function createPostService(
  config: PostConfig,
  { log, clock = systemClock, random = Math.random, lmdb }: PostOverrides,
): Promise<PostService> {
  // Closed in the opposite order; all of it when a later step of the start fails.
  await using starting = new AsyncDisposableStack();
  const metrics = createMetrics("post");
  const engine = await ENGINES[config.engine](config, { log, metrics, clock, random, lmdb });
  starting.defer(() => engine.close());
  const { host, port, metricsPort, drainMs, lingerMs } = config;
  const metricsServer = starting.use(
    await startMetricsServer({ host, port: metricsPort, metrics }),
  );
  const quotas = new AuthorQuotas({ perMinute: config.quotaPerMinute, burst: config.quotaBurst });
  const times = { defaultDeadlineMs: DEFAULT_DEADLINE_MS, drainMs, lingerMs };
  const grpc = starting.use(
    await startGrpcServer({ host, port, log, metrics, clock, ...times }, [
      postService({ store: engine.store, quotas, clock }),
      ...engine.services,
    ]),
  );
  // First: consumers of the embedded queues would otherwise hold up the drain.
  starting.defer(() => engine.endStreams());
  const started = starting.move();
  return {
    grpc,
    metricsPort: metricsServer.port,
    settle: () => engine.relay.settle(),
    close: async () => {
      grpc.setServing(false);
      await started.disposeAsync();
    },
  };
}

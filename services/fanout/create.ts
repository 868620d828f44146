import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { connect } from "../platform/grpc/client/client.ts";
import { addBusGauges } from "../platform/messaging/bus-gauges.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { startMetricsServer } from "../platform/telemetry/metrics-server.ts";
import { grpcFriends } from "./adapters/grpc/grpc-friends.ts";
import { GrpcTimelines } from "./adapters/grpc/grpc-timelines.ts";
import { NO_INTERVALS } from "./adapters/no-intervals.ts";
import { openBus } from "./adapters/open-bus.ts";
import type { FanoutConfig } from "./config.ts";
import type { PullIntervals } from "./ports.ts";
import { startWorker, type Worker } from "./worker.ts";

export interface FanoutOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly intervals?: PullIntervals;
}

export interface FanoutService {
  readonly worker: Worker;
  readonly metricsPort: number;
  close(): Promise<void>;
}

const FRIENDS_PREFETCH = 1_000;

/** Builds and starts the fan-out worker. */
export async function createFanoutService(
  config: FanoutConfig,
  { log, clock = systemClock, random = Math.random, intervals = NO_INTERVALS }: FanoutOverrides,
): Promise<FanoutService> {
  const metrics = createMetrics("fanout");
  const { callTimeoutMs } = config;
  const calls = { log, metrics, defaultDeadlineMs: callTimeoutMs, retry: "none" } as const;
  const post = connect(config.postAddresses, calls);
  const friend = connect(config.friendAddresses, calls);
  const timelines = new GrpcTimelines({
    addresses: config.timelineAddresses,
    callTimeoutMs,
    log,
    metrics,
  });
  const bus = await openBus(config, { post, friend }, log);
  // The embedded queues have their gauges in the processes where they are.
  if (config.engine === "cql") addBusGauges(bus, metrics);
  await timelines.refresh().catch((error: unknown) => {
    log.warn({ err: error }, "no timeline process answers yet");
  });
  const prefetch = {
    posts: config.prefetch,
    chunks: config.chunkPrefetch,
    friends: FRIENDS_PREFETCH,
  };
  const friends = grpcFriends(friend);
  const deps = { bus, friends, timelines, intervals, clock, random, log, metrics };
  const worker = startWorker({ ...config, prefetch }, deps);
  const metricsServer = await startMetricsServer({
    host: config.host,
    port: config.metricsPort,
    metrics,
  });
  return {
    worker,
    metricsPort: metricsServer.port,
    close: async () => {
      await worker.close();
      await bus.close();
      timelines.close();
      friend.close();
      post.close();
      await metricsServer[Symbol.asyncDispose]();
    },
  };
}

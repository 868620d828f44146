import { PulledCopy } from "../friend/host/pulled-copy.ts";
import { readPulledFrom } from "../friend/host/read-pulled.ts";
import type { Caller } from "../model/callers.ts";
import { answerSteps, notedIn, PostSteps, STEPS_PATH } from "../model/post-steps.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { connect } from "../platform/grpc/client/client.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type Served, serveMetrics } from "../platform/lifecycle/serve.ts";
import { addBusGauges } from "../platform/messaging/bus-gauges.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { grpcFriends } from "./adapters/grpc/grpc-friends.ts";
import { GrpcTimelines } from "./adapters/grpc/grpc-timelines.ts";
import { grpcUndelivered } from "./adapters/grpc/grpc-undelivered.ts";
import { openBus } from "./adapters/open-bus.ts";
import type { FanoutConfig } from "./config.ts";
import type { PulledIntervals } from "./ports.ts";
import { startWorker, type Worker } from "./worker.ts";

export interface FanoutOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly intervals?: PulledIntervals;
}

export interface FanoutService extends Served {
  readonly worker: Worker;
}

const FRIENDS_PREFETCH = 1_000;

/** Builds and starts the fan-out worker. */
export async function createFanoutService(
  config: FanoutConfig,
  { log, clock = systemClock, random = Math.random, ...overrides }: FanoutOverrides,
): Promise<FanoutService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "fanout", config, log });
  const metrics = createMetrics("fanout", tracer);
  const credentials = await openCredentials(starting, {
    service: "fanout",
    ...{ config, log, metrics, clock },
  });
  const { callTimeoutMs } = config;
  const shared = { log, metrics, credentials };
  const delivery = { defaultDeadlineMs: callTimeoutMs, retry: "none", priority: "live" } as const;
  const calls = { ...shared, ...delivery };
  const open = (addresses: readonly string[], to: Caller) =>
    starting.adopt(connect(addresses, { ...calls, to }), (channel) => channel.close());
  const post = open(config.postAddresses, "post");
  const friend = open(config.friendAddresses, "friend");
  const timelines = starting.adopt(
    new GrpcTimelines({ addresses: config.timelineAddresses, callTimeoutMs, ...shared }),
    (all) => all.close(),
  );
  const bus = starting.adopt(await openBus(config, { post, friend }, log), (one) => one.close());
  // The embedded queues have their gauges in the processes where they are.
  if (config.engine === "cql") addBusGauges(bus, metrics);
  await timelines.refresh().catch((error: unknown) => {
    log.warn({ err: error }, "no timeline process answers yet");
  });
  const prefetch = {
    posts: config.prefetch,
    chunks: config.chunkPrefetch,
    friends: FRIENDS_PREFETCH,
    parked: config.prefetch,
  };
  const friends = grpcFriends(friend);
  const copy = new PulledCopy({
    read: readPulledFrom(friend, callTimeoutMs),
    clock,
    onFailure: (err) => log.warn({ err }, "the table of pulled intervals does not answer"),
  });
  copy.start();
  starting.adopt(copy, (one) => one.close());
  const { intervals = copy } = overrides;
  const undelivered = grpcUndelivered(friend);
  const steps = new PostSteps(clock.nowMs());
  const noteStep = notedIn(steps, clock);
  const asked = { bus, friends, timelines, intervals, undelivered };
  const system = config.engine === "cql" ? "rabbitmq" : "tidings";
  const tracing = tracer && { tracer, system };
  const deps = { ...asked, clock, random, log, metrics, noteStep, tracing };
  const started = startWorker({ ...config, prefetch }, deps);
  const worker = starting.adopt(started, (one) => one.close());
  const pages = { [STEPS_PATH]: (query: URLSearchParams) => answerSteps(steps, query) };
  return { ...(await serveMetrics(starting, { config, metrics, credentials, pages })), worker };
}

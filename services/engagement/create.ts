import type { Caller } from "../model/callers.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { connect } from "../platform/grpc/client/client.ts";
import { reachAll } from "../platform/grpc/client/reach.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { unavailable } from "../platform/grpc/errors/errors.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import { subscribe } from "../platform/messaging/subscribe.ts";
import type { LmdbOptions } from "../platform/storage/lmdb/open.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { GrpcPostViewing } from "./adapters/grpc/grpc-post-viewing.ts";
import type { EngagementConfig } from "./config.ts";
import { ReactionHub } from "./domain/reaction-hub.ts";
import { Reactors } from "./domain/reactors.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { followDeletions } from "./follow-deletions.ts";
import { engagementService } from "./implementation.ts";
import type { PostViewing } from "./ports.ts";
import { reactedPost, telling } from "./telling.ts";

export interface EngagementOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly lmdb?: LmdbOptions;
  /** Who may see what; by default the post and friend services are asked. */
  readonly viewing?: PostViewing;
}

export interface EngagementService extends ServedGrpc {
  /** Resolves when every event is on the bus. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the engagement service. */
export async function createEngagementService(
  config: EngagementConfig,
  { log, clock = systemClock, random = Math.random, lmdb, viewing }: EngagementOverrides,
): Promise<EngagementService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "engagement", config, log });
  const metrics = createMetrics("engagement", tracer);
  const credentials = await openCredentials(starting, {
    service: "engagement",
    ...{ config, log, metrics, clock },
  });
  const engine = await ENGINES[config.engine](config, {
    ...{ log, metrics, credentials, clock, random, lmdb },
  });
  starting.defer(() => engine.close());
  const priority = "page" as const;
  const calls = { log, metrics, credentials, priority, defaultDeadlineMs: DEFAULT_DEADLINE_MS };
  const open = (addresses: readonly string[], to: Caller) =>
    starting.adopt(connect(addresses, { ...calls, to }), (channel) => channel.close());
  const post = open(config.postAddresses, "post");
  const friend = open(config.friendAddresses, "friend");
  const asking = new GrpcPostViewing(post, friend);
  const reached = viewing
    ? undefined
    : reachAll([post, friend], { withinMs: config.startWaitMs, log });
  const hub = new ReactionHub();
  const store = telling(engine.store, hub);
  const { eraser, states } = engine;
  const seen = viewing ?? asking;
  const reactors = new Reactors({ store, eraser, states, viewing: seen });
  const closing = new AbortController();
  const service = engagementService({
    ...{ store, eraser, reactors, viewing: seen, hub, clock },
    closing: closing.signal,
  });
  const others = engine.listen?.((payload) => hub.changed(reactedPost(payload)));
  starting.defer(async () => others?.close());
  starting.adopt(
    subscribe(engine.bus, "posts.engagement", followDeletions(reactors), { clock, random, log }),
    (one) => one.close(),
  );
  await reached;
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    pressure: engine.pressure,
    services: [service, ...engine.services],
    endStreams: async () => {
      closing.abort(unavailable("the service is closing: watch again soon"));
      await engine.endStreams();
    },
  });
  engine.ids.watch((refusal) => served.grpc.setServing(refusal === undefined));
  return { ...served, settle: () => engine.relay.settle() };
}

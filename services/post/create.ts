import { COUNTERS } from "../model/metrics.ts";
import { answerSteps, notedIn, PostSteps, STEPS_PATH } from "../model/post-steps.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { OutboxItem } from "../platform/messaging/outbox/outbox.ts";
import type { LmdbOptions } from "../platform/storage/lmdb/open.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics, type Metrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { openSharedQuota } from "../ratelimit/host/open-shared-quota.ts";
import type { PostConfig } from "./config.ts";
import { AuthorQuotas } from "./domain/author-quotas.ts";
import { HidingPosts } from "./domain/hiding-posts.ts";
import { LogWatchers } from "./domain/log-watchers.ts";
import { changeOf } from "./domain/post-events.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { encodeLogNews } from "./handlers/post-log-rows.ts";
import { postService } from "./implementation.ts";

export interface PostOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly lmdb?: LmdbOptions;
}

export interface PostService extends ServedGrpc {
  /** Resolves when every event is on the bus. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the post service. */
export async function createPostService(
  config: PostConfig,
  { log, clock = systemClock, random = Math.random, lmdb }: PostOverrides,
): Promise<PostService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "post", config, log });
  const metrics = createMetrics("post", tracer);
  const credentials = await openCredentials(starting, {
    service: "post",
    ...{ config, log, metrics, clock },
  });
  const steps = new PostSteps(clock.nowMs());
  const noteStep = notedIn(steps, clock);
  const onPublished = (items: readonly OutboxItem[]) => {
    for (const item of items) noteStep("relayed", changeOf(item));
  };
  const logWatchers = watchersOf(metrics, clock);
  const engine = await ENGINES[config.engine](config, {
    ...{ log, metrics, clock, random, lmdb, onPublished },
    onLogged: (generation, row) => logWatchers.wrote(generation, row),
  });
  starting.defer(() => engine.close());
  const { postLog, eraser, states } = engine;
  const store = new HidingPosts(engine.store, states);
  const shared = openSharedQuota(starting, {
    addresses: config.rateLimitAddresses,
    self: { service: "post", host: config.host, port: config.port },
    root: "posts",
    clock,
    log,
    metrics,
    credentials,
  });
  const quota = { perMinute: config.quotaPerMinute, burst: config.quotaBurst };
  const quotas = new AuthorQuotas(quota, shared);
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    pressure: engine.pressure,
    pages: { [STEPS_PATH]: (query) => answerSteps(steps, query) },
    services: [
      postService({ store, postLog, logWatchers, eraser, states, quotas, clock, noteStep }),
      ...engine.services,
    ],
    // Watchers, and consumers of the embedded queues, would otherwise hold up the drain.
    endStreams: async () => {
      logWatchers.close();
      await engine.endStreams();
    },
  });
  engine.ids.watch((refusal) => served.grpc.setServing(refusal === undefined));
  return { ...served, settle: () => engine.relay.settle() };
}

function watchersOf(metrics: Metrics, clock: Clock): LogWatchers {
  const messages = metrics.counter(COUNTERS.postLogMessages).series();
  const onMessages = (count: number) => messages.add(count);
  return new LogWatchers({ clock, encode: encodeLogNews, onMessages });
}

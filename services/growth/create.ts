import { GROWTH_COUNTERS } from "../model/metrics/growth.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { type ConnectOptions, connect } from "../platform/grpc/client/client.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import { subscribe } from "../platform/messaging/subscribe.ts";
import type { GonePeople } from "../platform/people/refuse-gone.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics, type Metrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { GrpcPostOrigins } from "./adapters/grpc/post-origins.ts";
import { openMeshBus } from "./adapters/open-mesh-bus.ts";
import { sortBeside } from "./adapters/sorting/sort-beside.ts";
import type { GrowthConfig } from "./config.ts";
import { GrowthStore } from "./domain/store/growth-store.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { AwaitedPeople } from "./feed/awaited-people.ts";
import { takePeople } from "./feed/take-people.ts";
import { takePosts } from "./feed/take-posts.ts";
import { growthService } from "./implementation.ts";
import { registerFigures } from "./metrics.ts";

export interface GrowthOverrides {
  readonly log: Logger;
  /** Whose days are counted; deadlines of calls are of the system's clock. */
  readonly clock?: Clock;
  /** 0 to 1. */
  readonly random?: () => number;
  /** The journal failed; by default that ends the process. */
  readonly fatal?: (error: Error) => void;
}

export interface GrowthService extends ServedGrpc {
  readonly store: GrowthStore;
}

const DEFAULT_DEADLINE_MS = 5_000;
/** Messages of one second may come in any order; a lost one is told again by its outbox. */
const REFERRER_WAIT_MS = 10_000;
/** Half of what a subscriber takes in hand: whoever names people who do not exist keeps nobody waiting. */
const MAX_WAITING_SIGN_UPS = 128;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the growth service. */
export async function createGrowthService(
  config: GrowthConfig,
  { log, clock = systemClock, random = Math.random, fatal = endProcess }: GrowthOverrides,
): Promise<GrowthService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "growth", config, log });
  const metrics = createMetrics("growth", tracer);
  const credentials = await openCredentials(starting, {
    service: "growth",
    ...{ config, log, metrics, clock },
  });
  const engine = await ENGINES[config.engine](config, { log, clock, random });
  starting.defer(() => engine.close());
  const { people } = engine;
  const store = await GrowthStore.open(engine.stored, {
    limits: { maxUsers: config.maxUsers, maxEvents: config.maxEvents },
    checkpointRecords: config.checkpointRecords,
    nowMs: () => clock.nowMs(),
    fatal,
    sort: sortBeside,
    onCheckpoint: (users) => log.info({ users }, "checkpoint written"),
  });
  starting.defer(() => store.close());
  registerFigures(metrics, store, clock);
  if (config.feed === "mesh")
    await followMesh(starting, config, { store, people, metrics, clock, random, log, credentials });
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    services: [growthService({ store, people, clock })],
  });
  return { ...served, store };
}

interface FollowDeps extends Required<Pick<ConnectOptions, "log" | "credentials">> {
  readonly store: GrowthStore;
  readonly people: GonePeople;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Takes in everyone's posts, and who signs up. */
async function followMesh(
  starting: AsyncDisposableStack,
  config: GrowthConfig,
  { store, people, metrics, clock, random, log, credentials }: FollowDeps,
): Promise<void> {
  const open = (to: "post" | "friend", addresses: readonly string[]) => {
    const priority = "fill" as const;
    const options = { log, credentials, to, priority, defaultDeadlineMs: DEFAULT_DEADLINE_MS };
    return starting.adopt(connect(addresses, options), (channel) => channel.close());
  };
  const channels = {
    post: open("post", config.postAddresses),
    friend: open("friend", config.friendAddresses),
  };
  const bus = starting.adopt(await openMeshBus(config, channels, log), (one) => one.close());
  const posts = takePosts({ store, people, origins: new GrpcPostOrigins(channels.post) });
  const deps = { clock: systemClock, random, log };
  starting.adopt(subscribe(bus, "posts.growth", posts, deps), (one) => one.close());
  const maxWaiting = MAX_WAITING_SIGN_UPS;
  const awaited = new AwaitedPeople({ clock, maxMs: REFERRER_WAIT_MS, maxWaiting });
  const missing = metrics.counter(GROWTH_COUNTERS.missingReferrers).series();
  const onReferrerMissing = (requestId: string) => {
    missing.add();
    log.info({ requestId }, "who somebody named as referrer did not come: nobody brought it");
  };
  const joined = takePeople({ store, people, awaited, onReferrerMissing });
  starting.adopt(subscribe(bus, "people.growth", joined, deps), (one) => one.close());
}

/** A journal that failed may hold less than what is in memory: only a restart makes them one again. */
function endProcess(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

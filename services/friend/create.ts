import type { UserId } from "../model/ids.ts";
import { COUNTERS } from "../model/metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { READ_ONLY_EDGES } from "./adapters/read-only-edges.ts";
import { SyntheticFriendGraph } from "./adapters/synthetic/synthetic-friend-graph.ts";
import { connectTimelineOwners } from "./adapters/timeline-owners.ts";
import type { FriendConfig } from "./config.ts";
import { keepPulled } from "./domain/pulled/keep-pulled.ts";
import { PostRates } from "./domain/pulled/post-rates.ts";
import { PulledAuthors } from "./domain/pulled/pulled-authors.ts";
import { toldEdges } from "./domain/told-edges.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { friendService } from "./implementation.ts";
import type { FriendGraph, TimelineOwners } from "./ports.ts";

export interface FriendOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  /** Reads go here, and edges cannot be changed: a graph that is computed, not stored. */
  readonly graph?: FriendGraph;
  readonly owners?: TimelineOwners;
}

export interface FriendService extends ServedGrpc {
  /** Resolves when every event is on the bus. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const ADAPTIVE = { leastDeliveriesADay: 10_000, maxAuthors: 200_000 };
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the friend service. */
export async function createFriendService(
  config: FriendConfig,
  { log, clock = systemClock, graph = computedGraph(config), owners: told }: FriendOverrides,
): Promise<FriendService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "friend", config, log });
  const metrics = createMetrics("friend", tracer);
  const credentials = await openCredentials(starting, {
    service: "friend",
    ...{ config, log, metrics, clock },
  });
  const engine = await ENGINES[config.engine](config, { log, metrics, clock });
  starting.defer(() => engine.close());
  const { store } = engine;
  const pulled = new PulledAuthors(engine.pulledRows, clock, {
    popularFriends: config.popularFriends,
    ...(config.delivery === "adaptive" && {
      rates: new PostRates(
        { ...ADAPTIVE, pagesADay: config.adaptivePagesADay },
        clock.monotonicMs(),
      ),
    }),
    onFailure: (err) => log.warn({ err }, "the table of pulled intervals could not be changed"),
  });
  const keeping = keepPulled(pulled, graph ?? store, config.delivery, { clock, log });
  starting.defer(() => keeping.close());
  const rest = { clock, pulled, people: engine.people, news: store };
  const untold = metrics.counter(COUNTERS.untoldChanges).series();
  const owners =
    told ??
    starting.use(
      connectTimelineOwners({
        addresses: config.timelineAddresses,
        connect: { log, metrics, credentials, to: "timeline", priority: "live" },
        clock,
        onUntold: () => untold.add(1),
      }),
    );
  // It was answered already, as far as the graph goes: nothing of it may fail here.
  const noteUntold = (user: UserId, friend: UserId) =>
    engine.untold.note(user, friend).catch((err: unknown) => {
      log.warn({ err, userId: user, friendId: friend }, "nobody will know whom it could not tell");
    });
  const service = friendService({
    ...rest,
    untold: engine.untold,
    graph: graph ?? store,
    edges: graph ? READ_ONLY_EDGES : toldEdges(store, owners, noteUntold),
    imported: graph ? READ_ONLY_EDGES : store,
  });
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    pressure: engine.pressure,
    services: [service, ...engine.services],
    // Consumers of the embedded queue would otherwise hold up the drain.
    endStreams: () => engine.endStreams(),
  });
  return { ...served, settle: () => engine.relay.settle() };
}

/** The graph that the configuration asks for in place of the stored one, if it does. */
function computedGraph(config: FriendConfig): FriendGraph | undefined {
  if (config.graph === "stored") return undefined;
  return new SyntheticFriendGraph({
    people: config.syntheticPeople,
    seed: config.syntheticSeed,
    meanFriends: config.syntheticMean || undefined,
  });
}

import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { READ_ONLY_EDGES } from "./adapters/read-only-edges.ts";
import { SyntheticFriendGraph } from "./adapters/synthetic/synthetic-friend-graph.ts";
import type { FriendConfig } from "./config.ts";
import { keepPulled } from "./domain/pulled/keep-pulled.ts";
import { PostRates } from "./domain/pulled/post-rates.ts";
import { PulledAuthors } from "./domain/pulled/pulled-authors.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { friendService } from "./implementation.ts";
import type { FriendGraph } from "./ports.ts";

export interface FriendOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  /** Reads go here, and edges cannot be changed: a graph that is computed, not stored. */
  readonly graph?: FriendGraph;
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
  { log, clock = systemClock, graph = computedGraph(config) }: FriendOverrides,
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
  const service = friendService(
    graph ? { graph, edges: READ_ONLY_EDGES, ...rest } : { graph: store, edges: store, ...rest },
  );
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

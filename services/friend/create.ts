import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { type GrpcServer, startGrpcServer } from "../platform/grpc/server.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { startMetricsServer } from "../platform/telemetry/metrics-server.ts";
import { READ_ONLY_EDGES } from "./adapters/read-only-edges.ts";
import { SyntheticFriendGraph } from "./adapters/synthetic/synthetic-friend-graph.ts";
import type { FriendConfig } from "./config.ts";
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

export interface FriendService {
  readonly grpc: GrpcServer;
  readonly metricsPort: number;
  /** Resolves when every event is on the bus. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the friend service. */
export async function createFriendService(
  config: FriendConfig,
  { log, clock = systemClock, graph = computedGraph(config) }: FriendOverrides,
): Promise<FriendService> {
  // Closed in the opposite order; all of it when a later step of the start fails.
  await using starting = new AsyncDisposableStack();
  const metrics = createMetrics("friend");
  const engine = await ENGINES[config.engine](config, { log, metrics, clock });
  starting.defer(() => engine.close());
  const { host, port, metricsPort, drainMs, lingerMs } = config;
  const metricsServer = starting.use(
    await startMetricsServer({ host, port: metricsPort, metrics }),
  );
  const service = graph
    ? friendService(graph, READ_ONLY_EDGES)
    : friendService(engine.store, engine.store);
  const times = { defaultDeadlineMs: DEFAULT_DEADLINE_MS, drainMs, lingerMs };
  const grpc = starting.use(
    await startGrpcServer({ host, port, log, metrics, clock, ...times }, [
      service,
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

/** The graph that the configuration asks for in place of the stored one, if it does. */
function computedGraph(config: FriendConfig): FriendGraph | undefined {
  if (config.graph === "stored") return undefined;
  return new SyntheticFriendGraph({
    people: config.syntheticPeople,
    seed: config.syntheticSeed,
    meanFriends: config.syntheticMean || undefined,
  });
}

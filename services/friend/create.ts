import { join } from "node:path";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { failedPrecondition } from "../platform/grpc/errors.ts";
import { type GrpcServer, startGrpcServer } from "../platform/grpc/server.ts";
import { eventService } from "../platform/messaging/embedded/event-service.ts";
import { openLocalBus } from "../platform/messaging/embedded/open-local-bus.ts";
import { LmdbOutbox } from "../platform/messaging/lmdb-outbox.ts";
import { type Relay, startRelay } from "../platform/messaging/relay.ts";
import { openLmdb } from "../platform/storage/lmdb/open.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics, type Metrics } from "../platform/telemetry/metrics.ts";
import { startMetricsServer } from "../platform/telemetry/metrics-server.ts";
import { LmdbFriendStore } from "./adapters/lmdb/lmdb-friend-store.ts";
import type { FriendConfig } from "./config.ts";
import { friendService } from "./implementation.ts";
import type { EdgeWriter, FriendGraph, FriendStore } from "./ports.ts";

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

/** What differs between the engines. */
interface Engine {
  readonly store: FriendStore;
  readonly relay: Relay;
  /** Served beside the friend service. */
  readonly services: readonly Implementation[];
  /** Ends what streams hold open. */
  closeBus(): Promise<void>;
  closeStore(): Promise<void>;
}

interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

const DEFAULT_DEADLINE_MS = 5_000;
const DRAIN_MS = 10_000;

/** Builds and starts the friend service. */
export async function createFriendService(
  config: FriendConfig,
  overrides: FriendOverrides,
): Promise<FriendService> {
  const { log, clock = systemClock, graph } = overrides;
  const metrics = createMetrics("friend");
  const engine = openEmbedded(config, { log, metrics, clock });
  const edges = graph === undefined ? engine.store : READ_ONLY;
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
    [friendService(graph ?? engine.store, edges), ...engine.services],
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
      await engine.relay.close();
      await engine.closeBus();
      await drained;
      await engine.closeStore();
      await metricsServer[Symbol.asyncDispose]();
    },
  };
}

/** One LMDB environment for the graph, its outbox and the queue "friends", which others consume here. */
function openEmbedded(config: FriendConfig, deps: EngineDeps): Engine {
  const lmdb = openLmdb(join(config.dataDir, "friend"));
  const outbox = new LmdbOutbox(lmdb);
  const bus = openLocalBus(lmdb, ["friends"], deps);
  return {
    store: new LmdbFriendStore(lmdb, outbox),
    relay: startRelay({ outbox, bus, ...deps }),
    services: [eventService(bus)],
    closeBus: () => bus.close(),
    closeStore: () => lmdb.close(),
  };
}

const READ_ONLY: EdgeWriter = {
  add: async () => refuseChange(),
  remove: async () => refuseChange(),
};

function refuseChange(): never {
  throw failedPrecondition("this graph is computed from a seed: its edges cannot be changed");
}

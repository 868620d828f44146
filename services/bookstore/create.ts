import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { createBookIndex } from "./adapters/minisearch/book-index.ts";
import type { BookstoreConfig } from "./config.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { bookstoreService, peerService } from "./implementation.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import { groupMetrics, shardMetrics } from "./metrics.ts";
import { OwnedShards } from "./sharing/owned-shards.ts";

export interface BookstoreOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface BookstoreService extends ServedGrpc {
  readonly shards: OwnedShards;
  /** Resolves when the shards of every order know where it stands. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 5_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the bookstore. */
export async function createBookstoreService(
  config: BookstoreConfig,
  { log, clock = systemClock }: BookstoreOverrides,
): Promise<BookstoreService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "bookstore", config, log });
  const metrics = createMetrics("bookstore", tracer);
  const credentials = await openCredentials(starting, {
    service: "bookstore",
    ...{ config, log, metrics, clock },
  });
  const engine = await ENGINES[config.engine](config, { log, metrics, credentials, clock });
  starting.defer(() => engine.close());
  const shards = new OwnedShards({
    ...engine,
    createHolders: engine.createHolders,
    onFailure: engine.onFailure,
    createIndex: createBookIndex,
    clock,
    log,
    limits: config,
    onGroup: groupMetrics(metrics),
  });
  starting.defer(() => shards.close());
  shardMetrics(metrics, shards);
  await engine.load(shards);
  const routing = { shards, peers: engine.peers, clock };
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    services: [bookstoreService(routing, engine.people), peerService(routing, engine.ownership)],
    leave: engine.leave,
  });
  await using joining = new AsyncDisposableStack();
  joining.defer(served.close);
  await engine.join(shards, served.address);
  joining.move();
  shards.start();
  return {
    ...served,
    shards,
    settle: async () => {
      await Promise.all(shards.all().map(({ settler }) => settler.settled()));
    },
  };
}

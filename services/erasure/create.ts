import { randomUUID } from "node:crypto";
import { COUNTERS, GAUGES } from "../model/metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { unavailable } from "../platform/grpc/errors/errors.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { EventBus } from "../platform/messaging/bus.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { grpcHoldings } from "./adapters/grpc/grpc-holdings.ts";
import type { ErasureConfig } from "./config.ts";
import { Hashes } from "./domain/hashes.ts";
import { Jobs } from "./domain/jobs.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { erasureService } from "./implementation.ts";
import type { Holdings } from "./ports.ts";
import { pacingOf } from "./runner/pacing.ts";
import { Runner } from "./runner/runner.ts";
import { Teller } from "./runner/teller.ts";

export interface ErasureOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly holdings?: Holdings;
  readonly bus?: Pick<EventBus, "publish">;
}

export interface ErasureService extends ServedGrpc {
  /** Resolves when no job is due and none runs. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 30_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the erasure service. */
export async function createErasureService(
  config: ErasureConfig,
  { log, clock = systemClock, ...overrides }: ErasureOverrides,
): Promise<ErasureService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "erasure", config, log });
  const metrics = createMetrics("erasure", tracer);
  const credentials = await openCredentials(starting, {
    service: "erasure",
    ...{ config, log, metrics, clock },
  });
  const engine = await ENGINES[config.engine](config, { log, metrics });
  starting.defer(() => engine.close());
  const remote = grpcHoldings({ ...config, log, metrics, credentials });
  starting.defer(() => remote.close());
  const holdings = overrides.holdings ?? remote;
  const pacing = starting.adopt(pacingOf(config.itemsPerSecond), (one) => one.close());
  const hashes = new Hashes(await engine.jobs.secret());
  const jobs = new Jobs(engine.jobs, clock);
  const deleted = metrics.counter(COUNTERS.erasureDeleted);
  const { workers, maxRunning, pollMs, leaseMs, windowMs } = config;
  const teller = new Teller({ jobs, bus: overrides.bus ?? engine.bus, log });
  const runner = new Runner({
    ...{ teller, jobs, holdings, hashes, pacing, workers, clock, maxRunning, pollMs, leaseMs, log },
    runnerId: randomUUID(),
    onDeleted: (table, count) => deleted.series(table).add(count),
  });
  metrics.gauge(GAUGES.erasureRunning, () => runner.runningCount);
  starting.defer(() => runner.close());
  const closing = new AbortController();
  const service = erasureService({
    ...{ jobs, hashes, holdings, runner, clock, windowMs },
    closing: closing.signal,
  });
  const served = await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    services: [service, ...engine.services],
    endStreams: async () => {
      closing.abort(unavailable("the service is closing"));
      // What is told meanwhile is told again: the job has it until it is certain.
      await engine.endStreams();
    },
  });
  runner.start();
  return { ...served, settle: () => runner.settle() };
}

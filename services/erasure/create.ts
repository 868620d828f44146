import { randomUUID } from "node:crypto";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { unavailable } from "../platform/grpc/errors/errors.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
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

export interface ErasureOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly holdings?: Holdings;
}

export interface ErasureService extends ServedGrpc {
  /** Resolves when no job is due and none runs. */
  settle(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 30_000;
/** A runner that is not heard of for so long has lost its job. */
const LEASE_MS = 30_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the erasure service. */
export async function createErasureService(
  config: ErasureConfig,
  { log, clock = systemClock, ...overrides }: ErasureOverrides,
): Promise<ErasureService> {
  await using starting = new AsyncDisposableStack();
  const metrics = createMetrics("erasure");
  const engine = await ENGINES[config.engine](config, { log });
  starting.defer(() => engine.close());
  const remote = grpcHoldings({ ...config, log, metrics });
  starting.defer(() => remote.close());
  const holdings = overrides.holdings ?? remote;
  const pacing = starting.adopt(pacingOf(config.itemsPerSecond), (one) => one.close());
  const hashes = new Hashes(await engine.jobs.secret());
  const jobs = new Jobs(engine.jobs, clock);
  const deleted = metrics.counter({
    name: "tidings_erasure_deleted_total",
    help: "Items deleted with the people they hung on, by table",
    labelNames: ["table"],
  });
  const { workers, maxRunning, pollMs, windowMs } = config;
  const runner = new Runner({
    ...{ jobs, holdings, hashes, pacing, workers, clock, maxRunning, pollMs, log },
    runnerId: randomUUID(),
    leaseMs: LEASE_MS,
    onDeleted: (table, count) => deleted.series(table).add(count),
  });
  const help = "Jobs that this process runs now";
  metrics.gauge({ name: "tidings_erasure_running_jobs", help }, () => runner.runningCount);
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
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    services: [service],
    endStreams: () => closing.abort(unavailable("the service is closing")),
  });
  runner.start();
  return { ...served, settle: () => runner.settle() };
}

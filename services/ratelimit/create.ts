import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { type ServedGrpc, serve } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import type { RateLimitConfig } from "./config.ts";
import { LeaseNotices } from "./domain/leases/lease-notices.ts";
import { Overrides } from "./domain/overrides.ts";
import { Seated } from "./domain/seated.ts";
import { openCql } from "./engines/cql.ts";
import { openEmbedded } from "./engines/embedded.ts";
import { LimitChecks } from "./host/limit-checks.ts";
import { LimitHolder } from "./host/limit-holder.ts";
import { localLeaseSource } from "./host/local-lease-source.ts";
import { envoyServices, rateLimitService } from "./implementation.ts";
import { checkCounter, leaseGauge } from "./metrics.ts";

export interface RateLimitOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
}

const DEFAULT_DEADLINE_MS = 2_000;
const ENGINES = { embedded: openEmbedded, cql: openCql };

/** Builds and starts the rate limit service. */
export async function createRateLimitService(
  config: RateLimitConfig,
  { log, clock = systemClock }: RateLimitOverrides,
): Promise<ServedGrpc> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "ratelimit", config, log });
  const metrics = createMetrics("ratelimit", tracer);
  const credentials = await openCredentials(starting, {
    service: "ratelimit",
    ...{ config, log, metrics, clock },
  });
  const engine = await ENGINES[config.engine](config, { log, clock });
  starting.defer(() => engine.close());
  const { leaseMs: lengthMs, refreshMs, forgetMs } = config;
  const times = { lengthMs, refreshMs, forgetMs };
  const nowMs = () => clock.monotonicMs();
  const nowUs = () => Math.floor(nowMs() * 1_000);
  const closing = new AbortController();
  const notices = new LeaseNotices();
  const seated = new Seated(engine.seat, { store: engine.store, times, nowMs, notices });
  const source = localLeaseSource(seated, notices);
  // The same name after a restart: what it held then is nothing now, and kept for nobody.
  const self = `self@${config.host}:${config.port}`;
  const holder = new LimitHolder({ source, holder: self, clock, log });
  starting.use(holder);
  const checks = new LimitChecks(seated, holder, checkCounter(metrics));
  const streams = { seated, notices, times, clock, closing: closing.signal };
  leaseGauge(metrics, () => holder.held);
  return await serve(starting, {
    config,
    log,
    metrics,
    credentials,
    clock,
    defaultDeadlineMs: DEFAULT_DEADLINE_MS,
    endStreams: () => closing.abort(new Error("the process is closing")),
    services: [
      rateLimitService(seated, checks, streams),
      ...envoyServices({ checks, overrides: new Overrides(nowUs()), nowUs }, streams),
    ],
  });
}

import type { Clock } from "../clock/clock.ts";
import type { Implementation } from "../grpc/call.ts";
import { type GrpcServer, startGrpcServer } from "../grpc/server/server.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { startMetricsServer } from "../telemetry/metrics-server.ts";

export interface ServePlan {
  readonly config: {
    readonly host: string;
    readonly port: number;
    readonly metricsPort: number;
    readonly drainMs: number;
    readonly lingerMs: number;
  };
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  /** For unary calls that come without a deadline, ms. */
  readonly defaultDeadlineMs: number;
  readonly services: readonly Implementation[];
  /** Before the server drains: ends what streams of this process hold open. */
  readonly endStreams?: () => Promise<void>;
}

/** A service that answers. */
export interface Served {
  readonly grpc: GrpcServer;
  readonly metricsPort: number;
  /** NOT_SERVING, end the streams, drain, then whatever lies under the service. */
  close(): Promise<void>;
}

/**
 * Starts a service's metrics and gRPC servers on top of `parts`, which it takes over and closes last,
 * in the opposite order; also when a step of the start fails.
 */
export async function serve(parts: AsyncDisposableStack, plan: ServePlan): Promise<Served> {
  await using starting = parts.move();
  const { config, services, endStreams, ...options } = plan;
  const { host, port, metricsPort, drainMs, lingerMs } = config;
  const { metrics } = plan;
  const metricsServer = starting.use(
    await startMetricsServer({ host, port: metricsPort, metrics }),
  );
  const grpc = starting.use(
    await startGrpcServer({ host, port, drainMs, lingerMs, ...options }, services),
  );
  if (endStreams) starting.defer(endStreams);
  const started = starting.move();
  return {
    grpc,
    metricsPort: metricsServer.port,
    close: async () => {
      grpc.setServing(false);
      await started.disposeAsync();
    },
  };
}

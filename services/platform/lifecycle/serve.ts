import { GAUGES } from "../../model/metrics.ts";
import type { Clock } from "../clock/clock.ts";
import type { Implementation } from "../grpc/call.ts";
import type { Credentials } from "../grpc/credentials/credentials.ts";
import { type GrpcServer, startGrpcServer } from "../grpc/server/server.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import {
  type MetricsPages,
  type MetricsServer,
  startMetricsServer,
} from "../telemetry/metrics-server.ts";
import { watchFreeBytes } from "../telemetry/process-metrics.ts";

interface MeteredPlan {
  readonly config: {
    readonly host: string;
    readonly metricsPort: number;
    /** Where the process keeps data; its free room is a metric. */
    readonly dataDir?: string;
  };
  readonly metrics: Metrics;
  /** Whom its servers let in. */
  readonly credentials: Credentials;
  /** What it shows beside its metrics. */
  readonly pages?: MetricsPages;
}

/** Where a process is asked: a gRPC or an HTTP server, which drains when it is disposed of. */
export interface Front extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** What its health says meanwhile. */
  setServing?(serving: boolean): void;
}

export interface FrontPlan<F extends Front> extends MeteredPlan {
  readonly open: () => Promise<F>;
  /** Before the front drains: ends what streams of this process hold open. */
  readonly endStreams?: () => void | Promise<void>;
}

export interface GrpcPlan extends MeteredPlan {
  readonly config: MeteredPlan["config"] & {
    readonly port: number;
    readonly drainMs: number;
    readonly lingerMs: number;
  };
  readonly log: Logger;
  readonly clock?: Clock;
  /** For unary calls that come without a deadline, ms. */
  readonly defaultDeadlineMs: number;
  /** Largest request taken, bytes; the platform's limit by default. */
  readonly maxMessageBytes?: number;
  /** How full the queues are that its calls fill, from 0 to 1. */
  readonly pressure?: () => number;
  readonly services: readonly Implementation[];
  /** First of all, while calls are still answered: hands over what only this process serves. */
  readonly leave?: (withinMs: number) => Promise<void>;
  readonly endStreams?: () => void | Promise<void>;
}

/** A process that answers. */
export interface Served {
  /** "host:port". */
  readonly address: string;
  readonly port: number;
  readonly metricsPort: number;
  /** NOT_SERVING, leave, end the streams, drain, then whatever lies under the service, the metrics last. */
  close(): Promise<void>;
}

export interface ServedGrpc extends Served {
  readonly grpc: GrpcServer;
}

/**
 * Opens a front and its metrics around `parts`, which it takes over; all of it is closed in the
 * opposite order, also when a step of the start fails.
 */
export async function serveFront<F extends Front>(
  parts: AsyncDisposableStack,
  plan: FrontPlan<F>,
): Promise<Served & { readonly front: F }> {
  await using taken = parts.move();
  await using starting = new AsyncDisposableStack();
  const { port: metricsPort } = starting.use(await startMetrics(plan));
  starting.use(taken.move());
  const front = starting.use(await plan.open());
  if (plan.endStreams) starting.defer(plan.endStreams);
  const started = starting.move();
  return {
    front,
    address: front.address,
    port: front.port,
    metricsPort,
    close: async () => {
      front.setServing?.(false);
      await started.disposeAsync();
    },
  };
}

/** A service that is asked over gRPC. */
export async function serve(parts: AsyncDisposableStack, plan: GrpcPlan): Promise<ServedGrpc> {
  const { config, metrics, credentials, pages, services, leave, endStreams, ...options } = plan;
  const server = { metrics, credentials, ...options };
  const { host, port, drainMs, lingerMs } = config;
  const { front, ...served } = await serveFront(parts, {
    config,
    metrics,
    credentials,
    ...(pages ? { pages } : {}),
    open: () => startGrpcServer({ host, port, drainMs, lingerMs, ...server }, services),
    ...(endStreams ? { endStreams } : {}),
  });
  metrics.gauge(GAUGES.serving, () => (front.isServing ? 1 : 0));
  const close = async () => {
    if (leave) await front.beforeDrain(leave);
    await served.close();
  };
  return { ...served, close, grpc: front };
}

/** A process that nobody calls: its metrics say how it is. */
export async function serveMetrics(
  parts: AsyncDisposableStack,
  plan: MeteredPlan,
): Promise<Served> {
  await using taken = parts.move();
  await using starting = new AsyncDisposableStack();
  const { port } = starting.use(await startMetrics(plan));
  starting.use(taken.move());
  const started = starting.move();
  return {
    address: `${plan.config.host}:${port}`,
    port,
    metricsPort: port,
    close: () => started.disposeAsync(),
  };
}

function startMetrics({ config, ...plan }: MeteredPlan): Promise<MetricsServer> {
  const { metrics, credentials, pages = {} } = plan;
  if (config.dataDir) watchFreeBytes(metrics, config.dataDir);
  const { host, metricsPort: port } = config;
  return startMetricsServer({ host, port, metrics, credentials, pages });
}

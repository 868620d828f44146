import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { portInUse } from "../lifecycle/port-in-use.ts";
import type { Metrics } from "./metrics.ts";
import { watchProcess } from "./process-metrics.ts";

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly metrics: Metrics;
  /** What /healthz answers with: 200 when true, else 503. Always true when absent. */
  readonly isHealthy?: () => boolean;
}

export interface MetricsServer extends AsyncDisposable {
  readonly port: number;
}

/** Whoever scrapes needs one connection: more than these are refused. */
const MAX_CONNECTIONS = 64;
/** A request that has not arrived whole by then ends its connection, ms. */
const ARRIVAL_MS = 10_000;
const ARRIVAL_CHECK_MS = 1_000;

/** Serves GET /metrics (Prometheus text) and GET /healthz, and starts the gauges of the process. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port } = options;
  const limits = {
    headersTimeout: ARRIVAL_MS,
    requestTimeout: ARRIVAL_MS,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  };
  const server = createServer(limits, answer(options));
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? portInUse(host, port, error) : error);
    });
    server.listen(port, host, resolve);
  });
  const stopWatching = watchProcess(options.metrics);
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      stopWatching();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer({ metrics, isHealthy = () => true }: MetricsServerOptions): RequestListener {
  return async (request, response) => {
    const path = request.url?.split("?")[0];
    if (request.method !== "GET") return reply(response, 405, "only GET is served here\n");
    if (path === "/metrics") {
      response.setHeader("content-type", metrics.registry.contentType);
      return reply(response, 200, await metrics.registry.metrics());
    }
    if (path === "/healthz") {
      return isHealthy() ? reply(response, 200, "ok\n") : reply(response, 503, "not serving\n");
    }
    reply(response, 404, "only /metrics and /healthz are served here\n");
  };
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(body);
}

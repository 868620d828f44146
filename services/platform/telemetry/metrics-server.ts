import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type Caller, METRICS_READERS } from "../../model/callers.ts";
import { type Credentials, PLAINTEXT, type ServerTls } from "../grpc/credentials/credentials.ts";
import { boundHandshakes, HANDSHAKE_MS } from "../lifecycle/handshake.ts";
import { listenAt } from "../lifecycle/port-in-use.ts";
import { shareConnections } from "../lifecycle/share-connections.ts";
import type { Metrics } from "./metrics.ts";
import { OPEN_METRICS, takesOpenMetrics } from "./open-metrics.ts";
import { watchProcess } from "./process-metrics.ts";

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly metrics: Metrics;
  /** What /healthz answers with: 200 when true, else 503. Always true when absent. */
  readonly isHealthy?: () => boolean;
  /** With TLS, only METRICS_READERS are shown /metrics; /healthz is for everybody. PLAINTEXT by default. */
  readonly credentials?: Credentials;
  /** What else it shows to those readers, by path, as JSON; undefined: the query is wrong. */
  readonly pages?: MetricsPages;
}

export type MetricsPages = Readonly<Record<string, (query: URLSearchParams) => object | undefined>>;

export interface MetricsServer extends AsyncDisposable {
  readonly port: number;
}

/** Whoever scrapes needs one connection, and so does whoever asks for its health, whatever strangers hold. */
const MAX_CONNECTIONS = 256;
/** From one address, which has not said anything yet: a kubelet's probes are to find room. */
const MAX_HANDSHAKES = 16;
/** A request that has not arrived whole by then ends its connection, ms. */
const ARRIVAL_MS = 10_000;
const ARRIVAL_CHECK_MS = 1_000;

/** Serves GET /metrics (Prometheus text) and GET /healthz, and starts the gauges of the process. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, credentials = PLAINTEXT } = options;
  const { tls } = credentials;
  const limits = {
    headersTimeout: ARRIVAL_MS,
    requestTimeout: ARRIVAL_MS,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  };
  await using starting = new AsyncDisposableStack();
  const server = tls
    ? secureServer(tls, limits, answer(options), starting)
    : createServer(limits, answer(options));
  shareConnections(server, MAX_CONNECTIONS);
  await listenAt({ host, port }, async () => {
    server.listen(port, host);
    await once(server, "listening");
  });
  starting.defer(watchProcess(options.metrics));
  const started = starting.move();
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await started.disposeAsync();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Health is asked by who has no certificate: so none is demanded before it is known what is asked. */
function secureServer(
  tls: ServerTls,
  limits: ServerOptions,
  listener: RequestListener,
  parts: AsyncDisposableStack,
): Server {
  const shown = { ...tls.context, requestCert: true, rejectUnauthorized: false };
  const options = { ...limits, ...shown, handshakeTimeout: HANDSHAKE_MS };
  const server = createSecureServer(options, listener);
  boundHandshakes(server, MAX_HANDSHAKES);
  parts.defer(tls.onChange((context) => server.setSecureContext(context)));
  return server;
}

/** Why whoever asks is shown nothing; undefined: they may read. */
function whyNot(tls: ServerTls, { socket }: IncomingMessage): string | undefined {
  const caller = tls.peers.of(socket);
  if ("problem" in caller) return caller.problem;
  const { service } = caller.value;
  const isReader = METRICS_READERS.some((one: Caller) => one === service);
  return isReader ? undefined : `this one is of ${service}`;
}

function answer(options: MetricsServerOptions): RequestListener {
  const { metrics, isHealthy = () => true, credentials = PLAINTEXT, pages = {} } = options;
  const { tls } = credentials;
  const paths = ["/metrics", "/healthz", ...Object.keys(pages)];
  return async (request, response) => {
    const [path = "", query] = request.url?.split("?") ?? [];
    if (request.method !== "GET") return reply(response, 405, "only GET is served here\n");
    if (path === "/healthz") {
      return isHealthy() ? reply(response, 200, "ok\n") : reply(response, 503, "not serving\n");
    }
    if (!paths.includes(path)) {
      return reply(response, 404, `only ${paths.join(", ")} are served here\n`);
    }
    const refused = tls && whyNot(tls, request);
    if (refused) {
      const readers = METRICS_READERS.join(", ");
      return reply(response, 403, `only for certificates of ${readers}: ${refused}\n`);
    }
    if (path !== "/metrics") return answerPage(response, pages[path](new URLSearchParams(query)));
    if (metrics.tracer && takesOpenMetrics(request.headers.accept)) {
      response.setHeader("content-type", OPEN_METRICS);
      return reply(response, 200, await metrics.openMetrics());
    }
    response.setHeader("content-type", metrics.registry.contentType);
    return reply(response, 200, await metrics.registry.metrics());
  };
}

function answerPage(response: ServerResponse, found: object | undefined): void {
  if (found) response.setHeader("content-type", "application/json");
  const text = found ? JSON.stringify(found) : "the query names nothing that is known here\n";
  reply(response, found ? 200 : 400, text);
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(body);
}

import { isIPv6 } from "node:net";
import { Server } from "@grpc/grpc-js";
import type { accessTo } from "../../../model/access.ts";
import { MAX_CONCURRENT_STREAMS, MAX_MESSAGE_BYTES } from "../../../model/limits.ts";
import type { Clock } from "../../clock/clock.ts";
import { idleClock, systemClock } from "../../clock/system-clock.ts";
import { listenAt } from "../../lifecycle/port-in-use.ts";
import { Readings } from "../../lifecycle/readings.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { Implementation } from "../call.ts";
import { type Credentials, PLAINTEXT, serverCredentialsOf } from "../credentials/credentials.ts";
import { admit } from "../credentials/peers/admit.ts";
import { tellUnbelieved } from "../credentials/peers/unbelieved.ts";
import { guardStreams } from "./admission/guard-streams.ts";
import { addImplementation, serviceNameOf } from "./calls/implementation.ts";
import { InFlight } from "./calls/in-flight.ts";
import { UnaryMethods } from "./calls/unary-call.ts";
import { drainServer } from "./drain.ts";
import { HEALTH_SERVICE, Health } from "./health.ts";
import { addReflection } from "./reflection.ts";
import { countConnections } from "./sessions/connection-counts.ts";
import { http2ServersOf, tuneHttp2 } from "./sessions/http2-server.ts";
import { SESSION_LIMITS, type SessionLimits } from "./sessions/session-limits.ts";
import { watchSessions } from "./sessions/sessions.ts";

export { implement } from "./calls/implementation.ts";

export interface GrpcServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** For unary calls that come without a deadline, ms. */
  readonly defaultDeadlineMs: number;
  /** Bounds the whole of a drain, ms. */
  readonly drainMs: number;
  /** How long a draining server stays up as NOT_SERVING before it refuses calls, ms; 0 by default. */
  readonly lingerMs?: number;
  /** Largest request taken, bytes; 256 KiB by default. */
  readonly maxMessageBytes?: number;
  /** What one caller may hold; SESSION_LIMITS where not given. */
  readonly sessionLimits?: Partial<SessionLimits>;
  /** Calls at one time on one connection; 100 by default. */
  readonly maxConcurrentStreams?: number;
  /** Whom it lets in, and what it shows them; PLAINTEXT by default. */
  readonly credentials?: Credentials;
  /** With TLS: who may call what; the table of the mesh by default. */
  readonly accessTo?: typeof accessTo;
  /** How full the queues are that its calls fill, from 0 to 1: calls that matter least are held up by them. */
  readonly pressure?: (() => number) | undefined;
  /** For tests. */
  readonly clock?: Clock;
  /** For tests: how long its loop has been busy so far, ms. */
  readonly busyMs?: () => number;
}

export interface GrpcServer extends AsyncDisposable {
  readonly port: number;
  /** "host:port". */
  readonly address: string;
  /** What grpc.health.v1 answers for this server and all its services. */
  readonly isServing: boolean;
  setServing(serving: boolean): void;
  /**
   * Does what comes before calls are refused, in half of `drainMs`, says NOT_SERVING meanwhile, and leaves the rest
   * of it to `drain`.
   */
  beforeDrain(work: (withinMs: number) => Promise<void>): Promise<void>;
  /** Stops taking calls, finishes those in flight within `drainMs`, closes. Idempotent. */
  drain(): Promise<void>;
}

const KEEPALIVE_TIME_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;

/** Starts a server with these services, health and reflection. Throws PortInUseError. */
export async function startGrpcServer(
  options: GrpcServerOptions,
  implementations: readonly Implementation[],
): Promise<GrpcServer> {
  const { credentials = PLAINTEXT } = options;
  const unaryMethods = new UnaryMethods();
  const server = new Server({
    ...channelOptions(options),
    interceptors: [
      ...(credentials.tls ? [admit(credentials.tls, options)] : []),
      unaryMethods.interceptor,
    ],
  });
  const limits = { ...SESSION_LIMITS, ...options.sessionLimits };
  tuneHttp2(server, limits.handshakeMs);
  const inFlight = new InFlight();
  const names = implementations.map(({ definition }) => serviceNameOf(definition));
  const health = new Health(names);
  const methodOptions = { ...options, inFlight, clock: options.clock ?? systemClock };
  for (const implementation of [...implementations, health.implementation]) {
    addImplementation(server, unaryMethods, implementation, methodOptions);
  }
  await addReflection(server, [...names, HEALTH_SERVICE]);
  const clock = options.clock ?? idleClock;
  const readings = new Readings(clock);
  const port = await bind(server, options, credentials);
  if (credentials.tls) tellUnbelieved(http2ServersOf(server), options);
  guardStreams(server, {
    metrics: options.metrics,
    unaryPaths: unaryPathsOf(implementations),
    exemptPaths: new Set(Object.values(health.implementation.definition).map(({ path }) => path)),
    peers: credentials.tls?.peers,
    pressure: options.pressure,
    busyMs: options.busyMs,
    readings,
    clock,
  });
  const sessions = watchSessions(server, {
    limits,
    inFlight,
    requestStreams: requestStreamsOf(implementations),
    peers: credentials.tls?.peers,
    log: options.log,
    clock,
    readings,
    counts: countConnections(options.metrics),
  });
  let closingSinceMs: number | undefined;
  const spentMs = () => {
    closingSinceMs ??= performance.now();
    return performance.now() - closingSinceMs;
  };
  let drained: Promise<void> | undefined;
  const drain = () => {
    health.setServing(false);
    drained ??= drainServer(server, inFlight, leftOf(options, spentMs())).finally(() =>
      sessions[Symbol.dispose](),
    );
    return drained;
  };
  return {
    port,
    address: hostPort(options.host, port),
    get isServing() {
      return health.isServing;
    },
    setServing: (serving) => {
      if (closingSinceMs === undefined) health.setServing(serving);
    },
    beforeDrain: async (work) => {
      health.setServing(false);
      await work(Math.max(0, options.drainMs - spentMs()) / 2);
    },
    drain,
    [Symbol.asyncDispose]: drain,
  };
}

/** Of the times of a drain that began so long ago. */
function leftOf(options: GrpcServerOptions, spentMs: number): GrpcServerOptions {
  const { drainMs, lingerMs = 0 } = options;
  const left = (ms: number) => Math.max(0, ms - spentMs);
  return { ...options, drainMs: left(drainMs), lingerMs: left(lingerMs) };
}

function unaryPathsOf(implementations: readonly Implementation[]): readonly string[] {
  const methods = implementations.flatMap(({ definition }) => Object.values(definition));
  return methods
    .filter(({ requestStream, responseStream }) => !requestStream && !responseStream)
    .map(({ path }) => path);
}

function requestStreamsOf(implementations: readonly Implementation[]): ReadonlySet<string> {
  const methods = implementations.flatMap(({ definition }) => Object.values(definition));
  return new Set(methods.filter(({ requestStream }) => requestStream).map(({ path }) => path));
}

function channelOptions(options: GrpcServerOptions) {
  return {
    "grpc.max_receive_message_length": options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
    "grpc.max_concurrent_streams": options.maxConcurrentStreams ?? MAX_CONCURRENT_STREAMS,
    "grpc.keepalive_time_ms": KEEPALIVE_TIME_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    // channelz keeps a trace of every call for a tool that nobody here uses.
    "grpc.enable_channelz": 0,
  };
}

function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

async function bind(
  server: Server,
  { host, port, log }: GrpcServerOptions,
  credentials: Credentials,
): Promise<number> {
  const listen = () =>
    new Promise<number>((resolve, reject) => {
      server.bindAsync(hostPort(host, port), serverCredentialsOf(credentials), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
  try {
    return await listenAt({ host, port }, listen, { log });
  } catch (error) {
    server.forceShutdown();
    throw error;
  }
}

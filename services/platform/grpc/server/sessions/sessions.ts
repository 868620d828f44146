import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import { capConnections } from "../../../lifecycle/cap-connections.ts";
import { boundHandshakes } from "../../../lifecycle/handshake.ts";
import { Roster } from "../../../memory/roster.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import { letGoWhenClosed } from "../../closed-streams.ts";
import type { Peers } from "../../credentials/peers/peers.ts";
import { keepStreamsFlat } from "../../flat-streams.ts";
import type { InFlight } from "../calls/in-flight.ts";
import { Aging } from "./aging.ts";
import { http2ServersOf } from "./http2-server.ts";
import type { SessionLimits } from "./session-limits.ts";
import { type LookTime, type UnfinishedBytes, WatchedStream } from "./watched-stream.ts";

export interface SessionDeps {
  readonly limits: SessionLimits;
  readonly inFlight: InFlight;
  /** Paths of methods whose requests are streams. */
  readonly requestStreams: ReadonlySet<string>;
  /** With TLS: who they are is kept for as long as they are connected. */
  readonly peers: Peers | undefined;
  readonly log: Logger;
}

/** Between two looks at all sessions, ms. */
const LOOK_EVERY_MS = 1_000;
/** Ages differ by so much of themselves, so that connections of one start do not end together. */
const AGE_SPREAD = 0.1;
/** However soon the caller's certificate ends, ms: else it would do nothing but connect. */
const LEAST_AGE_MS = 10_000;
/** For the last short calls of a connection that was told to go, ms. */
const FAREWELL_MS = 30_000;

/**
 * Bounds what callers hold: connections, half-sent messages, answers that nobody takes; and ends
 * connections that have their age, their streams first, one by one. (grpc-js tells a connection to go
 * while its streams are open; the next keepalive ping on it then fails, on either side, and ends all
 * its streams together, long before the grace it was given.)
 */
export function watchSessions(server: Server, deps: SessionDeps): Disposable {
  const sessions = new Set<Session>();
  const time = { nowMs: performance.now() };
  const inAll = new Bytes(deps.limits.maxUnfinishedBytesInAll);
  for (const http2Server of http2ServersOf(server)) {
    capConnections(http2Server, deps.limits.maxConnections, deps.log);
    if (deps.peers) boundHandshakes(http2Server, deps.limits.maxHandshakes);
    http2Server.on("session", (http2: ServerHttp2Session) => {
      keepStreamsFlat(http2);
      deps.peers?.connected(http2);
      const session = new Session(http2, { ...deps, inAll, time });
      sessions.add(session);
      http2.once("close", () => sessions.delete(session));
    });
  }
  const timer = setInterval(() => {
    time.nowMs = performance.now();
    for (const session of sessions) session.look(time.nowMs);
  }, LOOK_EVERY_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What all sessions share. */
interface Shared {
  readonly inAll: Bytes;
  readonly time: LookTime;
}

/** One connection. */
class Session {
  readonly #http2: ServerHttp2Session;
  readonly #deps: SessionDeps;
  readonly #streams = new Roster<WatchedStream>();
  readonly #peer: string;
  readonly #agedMs: number;
  #aging: Aging | undefined;

  constructor(http2: ServerHttp2Session, deps: SessionDeps & Shared) {
    this.#http2 = http2;
    this.#deps = deps;
    this.#peer = `${http2.socket.remoteAddress}:${http2.socket.remotePort}`;
    const spread = 1 + AGE_SPREAD * (2 * Math.random() - 1);
    const ageMs = deps.limits.maxConnectionAgeMs * spread;
    // Who shows a certificate that ends soon connects again in time, with its next one.
    const endsMs = deps.peers?.endsMs(this.#peer) ?? Infinity;
    const certifiedMs = endsMs - Date.now() - deps.limits.agingMs - FAREWELL_MS;
    this.#agedMs = performance.now() + Math.min(ageMs, Math.max(certifiedMs, LEAST_AGE_MS));
    const unfinished = new Bytes(deps.limits.maxUnfinishedBytes, deps.inAll);
    http2.on("stream", (stream: ServerHttp2Stream, headers) => {
      letGoWhenClosed(stream);
      // Not let in: answered already.
      if (stream.headersSent) return;
      const isOneMessage = !deps.requestStreams.has(String(headers[":path"]));
      const watched = new WatchedStream(stream, isOneMessage, unfinished, deps.time);
      this.#streams.add(watched);
      stream.on("data", watched.arrived);
      stream.once("close", () => {
        this.#streams.delete(watched);
        watched.release();
      });
    });
  }

  look(nowMs: number): void {
    for (const stream of this.#streams) stream.look(nowMs, this.#deps.limits);
    if (nowMs < this.#agedMs || this.#http2.closed) return;
    const open = this.#deps.inFlight.streamsOf(this.#peer);
    this.#aging ??= new Aging(open, nowMs, this.#deps.limits.agingMs);
    this.#aging.look(open, nowMs);
    if (open.length > 0) return;
    this.#http2.close();
    setTimeout(() => this.#http2.destroy(), FAREWELL_MS).unref();
  }
}

/** A bounded count of bytes, perhaps part of a larger one. */
class Bytes implements UnfinishedBytes {
  readonly #max: number;
  readonly #whole: Bytes | undefined;
  #count = 0;

  constructor(max: number, whole?: Bytes) {
    this.#max = max;
    this.#whole = whole;
  }

  add(bytes: number): boolean {
    this.#count += bytes;
    const hasRoom = this.#whole?.add(bytes) ?? true;
    return hasRoom && this.#count <= this.#max;
  }
}

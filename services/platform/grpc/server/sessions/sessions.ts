import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import type { Clock } from "../../../clock/clock.ts";
import { boundHandshakes } from "../../../lifecycle/handshake.ts";
import type { Readings } from "../../../lifecycle/readings.ts";
import { shareConnections } from "../../../lifecycle/share-connections.ts";
import { Roster } from "../../../memory/roster.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import { letGoWhenClosed } from "../../closed-streams.ts";
import type { Peers } from "../../credentials/peers/peers.ts";
import { keepStreamsFlat } from "../../flat-streams.ts";
import type { InFlight } from "../calls/in-flight.ts";
import { Aging } from "./aging.ts";
import type { ConnectionCounts, EndedBy } from "./connection-counts.ts";
import { http2ServersOf } from "./http2-server.ts";
import { Overhead } from "./overhead/overhead.ts";
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
  readonly clock: Clock;
  readonly readings: Readings;
  readonly counts: ConnectionCounts;
}

/** Between two looks at all sessions, ms. */
const LOOK_EVERY_MS = 1_000;
/** Whoever calls has the server look at what all connections send, at most so often, ms: for all, and for each of them. */
const LOOK_AROUND_MS = 10;
const LOOK_AROUND_EACH_MS = 0.02;
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
  let lookedAroundMs = performance.now();
  const called = () => {
    const nowMs = performance.now();
    const everyMs = Math.max(LOOK_AROUND_MS, LOOK_AROUND_EACH_MS * sessions.size);
    if (nowMs - lookedAroundMs < everyMs) return;
    lookedAroundMs = nowMs;
    for (const session of sessions) session.lookAtOverhead();
  };
  for (const http2Server of http2ServersOf(server)) {
    shareConnections(http2Server, deps.limits.maxConnections, deps.log);
    if (deps.peers) boundHandshakes(http2Server, deps.limits.maxHandshakes);
    http2Server.on("session", (http2: ServerHttp2Session) => {
      keepStreamsFlat(http2);
      deps.peers?.connected(http2);
      const session = new Session(http2, { ...deps, inAll, time, called });
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
  /** A call has come. */
  readonly called: () => void;
}

/** Of nghttp2: what came is against the protocol. */
const NGHTTP2_ERR_PROTO = -505;

/** One connection. */
class Session {
  readonly #http2: ServerHttp2Session;
  readonly #deps: SessionDeps;
  readonly #streams = new Roster<WatchedStream>();
  readonly #overhead: Overhead;
  readonly #peer: string;
  readonly #agedMs: number;
  /** Shortly before the caller's certificate ends: no call is to be refused for it that another connection would carry. */
  readonly #endsMs: number;
  #aging: Aging | undefined;
  #endedBy: EndedBy = "caller";
  /** Of HTTP/2, of the call that ended last. */
  #lastCode: number | undefined;

  constructor(http2: ServerHttp2Session, deps: SessionDeps & Shared) {
    this.#http2 = http2;
    this.#deps = deps;
    this.#overhead = new Overhead(http2, deps.clock, deps.readings.of(http2));
    this.#peer = `${http2.socket.remoteAddress}:${http2.socket.remotePort}`;
    const spread = 1 + AGE_SPREAD * (2 * Math.random() - 1);
    const ageMs = deps.limits.maxConnectionAgeMs * spread;
    // Who shows a certificate that ends soon connects again in time, with its next one.
    const endsMs = deps.peers?.endsMs(this.#peer) ?? Infinity;
    const leftMs = endsMs - Date.now();
    const certifiedMs = leftMs - deps.limits.agingMs - FAREWELL_MS;
    const nowMs = performance.now();
    this.#endsMs = nowMs + leftMs - 2 * LOOK_EVERY_MS;
    const agedMs = nowMs + Math.min(ageMs, Math.max(certifiedMs, LEAST_AGE_MS));
    this.#agedMs = Math.min(agedMs, this.#endsMs);
    const unfinished = new Bytes(deps.limits.maxUnfinishedBytes, deps.inAll);
    http2.once("error", ({ code, errno }: NodeJS.ErrnoException) => {
      if (code?.startsWith("ERR_HTTP2_") && !this.#hasLeft(errno)) this.#endedBy = "fault";
    });
    http2.once("close", () => deps.counts.ended(this.#endedBy));
    http2.on("stream", (stream: ServerHttp2Stream, headers, _flags, rawHeaders) => {
      letGoWhenClosed(stream);
      this.#overhead.opened(stream, rawHeaders);
      deps.called();
      // Not let in: answered already.
      if (stream.headersSent) return;
      const isOneMessage = !deps.requestStreams.has(String(headers[":path"]));
      const watched = new WatchedStream(stream, isOneMessage, unfinished, deps.time);
      this.#streams.add(watched);
      stream.on("data", watched.arrived);
      stream.once("close", () => {
        this.#streams.delete(watched);
        this.#lastCode = stream.rstCode;
        watched.release();
      });
    });
  }

  /**
   * grpc-go takes its leave with a GOAWAY that names a call of its own, and nghttp2 for a breach of the protocol. Nobody
   * waits for anything then, and its last call was not reset.
   */
  #hasLeft(errno: number | undefined): boolean {
    return errno === NGHTTP2_ERR_PROTO && this.#lastCode === 0 && this.#streams.size === 0;
  }

  lookAtOverhead(): void {
    if (this.#overhead.look()) this.#deps.counts.heldUp();
  }

  look(nowMs: number): void {
    for (const stream of this.#streams) stream.look(nowMs, this.#deps.limits);
    this.lookAtOverhead();
    if (nowMs < this.#agedMs || this.#http2.closed) return;
    const open = this.#deps.inFlight.streamsOf(this.#peer);
    const agingMs = Math.max(0, Math.min(this.#deps.limits.agingMs, this.#endsMs - nowMs));
    this.#aging ??= new Aging(open, nowMs, agingMs);
    // At its end it goes though streams are open: those that are resumed at once would keep it for ever.
    const isOver = this.#aging.look(open, nowMs);
    if (open.length > 0 && !isOver) return;
    this.#endedBy = "age";
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

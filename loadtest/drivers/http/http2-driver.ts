import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { present } from "../../../services/model/invariant.ts";
import { STREAM_RESET, statusOfLoss } from "../../measure/outcome/lost.ts";
import { dialPlain } from "../connect-to.ts";
import type { Call, Done, Driver, Headers, MicroClock, Target, Targets } from "../driver.ts";
import type { Cancel, Refusal } from "../line.ts";
import { type DriverOptions, openPooledDriver } from "../pooled-driver.ts";
import { type LineEvents, type OpenLine, ReopenedLine } from "../reopened-line.ts";
import { UNSEEN } from "../sent-again.ts";
import { requestParts, statusOfHttp } from "./request.ts";

const STREAMS = 100;

interface SessionPlan {
  readonly address: string;
  readonly options: DriverOptions;
  readonly fixed: readonly Headers[];
  readonly clock: MicroClock;
}

/**
 * Sends any requests over HTTP/2 by Node's own client (prior knowledge where there is no TLS). It does not
 * tell when a frame is written: a call counts as written when it is handed over, and the client's own work
 * is in its service time. Rejects when a target can't be reached, naming it.
 */
export function openHttp2Driver(
  targets: Targets<Pick<Target, "addresses" | "headers">>,
  options: DriverOptions,
): Promise<Driver> {
  const fixed = targets.map((target) => target?.headers ?? {});
  return openPooledDriver({
    name: "HTTP/2",
    targets,
    options,
    callsPerLine: STREAMS,
    statusOfLoss,
    statusOfRefusal: STREAM_RESET,
    lineTo: (address, clock, onRoom) =>
      new ReopenedLine(
        (events, signal) => openSession({ address, options, fixed, clock }, events, signal),
        onRoom,
      ),
  });
}

/** Resolves when the server's settings have come. */
async function openSession(
  plan: SessionPlan,
  events: LineEvents,
  signal: AbortSignal,
): Promise<OpenLine> {
  const { dial, authority } = plan.options;
  const scheme = dial ? "https" : "http";
  const session = connect(`${scheme}://${authority ?? plan.address}`, {
    createConnection: () => (dial ?? dialPlain)(plan.address, signal),
  });
  const ready = Promise.withResolvers<void>();
  session.once("remoteSettings", () => ready.resolve());
  let why: Error | undefined;
  session.on("error", (error) => {
    why = error;
    ready.reject(error);
  });
  session.on("goaway", (code) => {
    session.close(); // what is in flight is still answered
    events.onClosed(code === constants.NGHTTP2_NO_ERROR ? "us" : "them");
  });
  session.once("close", () => {
    ready.reject(new Error("The server closed the connection."));
    events.onClosed("them", why);
  });
  await ready.promise;
  return new SessionLine(session, plan, events);
}

class SessionLine implements OpenLine {
  readonly #session: ClientHttp2Session;
  readonly #plan: SessionPlan;
  readonly #events: LineEvents;
  #inFlight = 0;

  constructor(session: ClientHttp2Session, plan: SessionPlan, events: LineEvents) {
    this.#session = session;
    this.#plan = plan;
    this.#events = events;
  }

  get isClosed(): boolean {
    return this.#session.closed || this.#session.destroyed;
  }

  tryWrite(call: Call, done: Done): Cancel | Refusal {
    if (this.isClosed) return "closed";
    const { maxConcurrentStreams = STREAMS } = this.#session.remoteSettings;
    if (this.#inFlight >= maxConcurrentStreams) return "slot";
    const { method, path, headers } = requestParts(call);
    const fixed = present(this.#plan.fixed[call.operation]);
    const endStream = call.message.length === 0;
    const stream = this.#session.request(
      { ...fixed, ...headers, ":method": method, ":path": path },
      { endStream },
    );
    if (!endStream) stream.end(call.message);
    call.writtenMicros = this.#plan.clock.nowMicros();
    this.#inFlight++;
    return this.#answerOf(stream, done);
  }

  close(): void {
    this.#session.destroy();
  }

  /** A connection that ends takes its streams with it, in its own words or in none. */
  #lossOf(error: Error | undefined): number {
    if (!this.#session.destroyed) return STREAM_RESET;
    return error === undefined || isOfHttp2(error) ? statusOfLoss(undefined) : statusOfLoss(error);
  }

  #answerOf(stream: ClientHttp2Stream, done: Done): Cancel {
    const chunks: Buffer[] = [];
    let status = 0;
    let isWhole = false;
    let isOver = false;
    const headers = new Map<string, string>();
    stream.on("response", (received) => {
      status = Number(received[":status"]);
      for (const [name, value] of Object.entries(received)) headers.set(name, String(value));
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", () => {
      isWhole = true;
    });
    let error: Error | undefined;
    stream.on("error", (why) => {
      error = why; // "close" follows
    });
    stream.once("close", () => {
      this.#inFlight--;
      // It "ends" too when it was reset, or its connection lost.
      if (!isOver && isWhole && status > 0 && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
        done(statusOfHttp(status), Buffer.concat(chunks), { status, headers });
      } else if (!isOver && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) {
        done(UNSEEN, undefined); // so Node ends what a server that goes away does not look at, too
      } else if (!isOver) done(this.#lossOf(error), undefined);
      isOver = true;
      this.#events.onRoom();
    });
    return () => {
      isOver = true;
      stream.close(constants.NGHTTP2_CANCEL);
    };
  }
}

function isOfHttp2({ code = "" }: NodeJS.ErrnoException): boolean {
  return code.startsWith("ERR_HTTP2");
}

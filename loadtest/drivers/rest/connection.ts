import type { Socket } from "node:net";
import { type Dial, dialPlain, onceConnected } from "../connect-to.ts";
import type { Call, Done, MicroClock } from "../driver.ts";
import type { Cancel, Refusal } from "../line.ts";
import type { LineEvents, OpenLine } from "../reopened-line.ts";
import { ResponseReader, type RestResponse } from "./response-reader.ts";
import { grpcStatusOf } from "./status.ts";

const HEAD = Buffer.from("HEAD ");
const UNAVAILABLE = 14;
const INTERNAL = 13;
/** A server closes an idle connection when it said; so much before, it is not used any more. */
const IDLE_MARGIN_MS = 1_000;

export interface RestConnectionPlan {
  readonly address: string;
  /** What to write for a call. */
  readonly requestOf: (call: Call) => string | Buffer;
  readonly clock: MicroClock;
  readonly dial?: Dial | undefined;
  /** gRPC's by default. */
  readonly statuses?: Statuses;
}

interface Statuses {
  /** The status of a call by its answer's. */
  readonly answer: (httpStatus: number) => number;
  /** Of a call that was cut off; without a reason the server has closed the connection. */
  readonly loss: (why: Error | undefined) => number;
  /** Of one that was answered by what is not HTTP. */
  readonly garbled: number;
}

const OF_GRPC: Statuses = { answer: grpcStatusOf, loss: () => UNAVAILABLE, garbled: INTERNAL };

/** Resolves when the server has accepted it. The signal ends it. */
export async function openRestConnection(
  plan: RestConnectionPlan,
  events: LineEvents,
  signal: AbortSignal,
): Promise<OpenLine> {
  const { dial = dialPlain } = plan;
  const socket = dial(plan.address, signal);
  const connection = new RestConnection(socket, plan, events);
  await connection.ready;
  return connection;
}

/** One HTTP/1.1 connection with one request in flight: a write a call. Nothing is sent again. */
class RestConnection implements OpenLine {
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #plan: RestConnectionPlan;
  readonly #events: LineEvents;
  readonly #reader = new ResponseReader();
  readonly #accepted = Promise.withResolvers<void>();
  #done: Done | undefined;
  #isClosed = false;
  #hasAnswered = false;
  readonly #statuses: Statuses;
  #staleAtMs = Number.POSITIVE_INFINITY;

  constructor(socket: Socket, plan: RestConnectionPlan, events: LineEvents) {
    this.#socket = socket;
    this.#plan = plan;
    this.#statuses = plan.statuses ?? OF_GRPC;
    this.#events = events;
    this.ready = this.#accepted.promise;
    onceConnected(socket, () => this.#accepted.resolve());
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#lost(error));
    socket.on("end", () => this.#ended());
    socket.on("close", () => this.#lost(undefined));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  tryWrite(call: Call, done: Done): Cancel | Refusal {
    if (this.#isClosed) return "closed";
    if (this.#done) return "slot";
    if (performance.now() >= this.#staleAtMs) {
      this.close();
      return "slot"; // a new one is opened
    }
    const { clock, requestOf } = this.#plan;
    this.#done = done;
    const request = Buffer.from(requestOf(call));
    this.#reader.expectsNoBody = request.subarray(0, HEAD.length).equals(HEAD);
    this.#socket.write(request);
    call.writtenMicros = clock.nowMicros();
    return () => {
      if (this.#done !== done) return;
      this.#done = undefined;
      this.close(); // its answer would be taken for that to a later call
    };
  }

  close(): void {
    this.#shut("us", this.#statuses.loss(undefined));
  }

  #read(chunk: Buffer): void {
    if (!this.#done) {
      this.close(); // nobody asked: it would be taken for the begin of the next answer
      return;
    }
    let response: RestResponse | undefined;
    try {
      response = this.#reader.read(chunk);
    } catch {
      this.#shut("us", this.#statuses.garbled);
    }
    if (response) this.#answer(response);
  }

  #ended(): void {
    const response = this.#reader.end();
    if (response) this.#answer(response);
  }

  #answer({ status, headers, body, keepsOpen, idleMs }: RestResponse): void {
    const done = this.#done;
    this.#done = undefined;
    this.#hasAnswered = true;
    if (idleMs !== undefined) {
      this.#staleAtMs = performance.now() + Math.max(idleMs - IDLE_MARGIN_MS, idleMs / 2);
    }
    const keeps = keepsOpen && done !== undefined; // else it answered what nobody asked
    if (!keeps) this.close();
    done?.(this.#statuses.answer(status), body, { status, headers });
    if (keeps) this.#events.onRoom();
  }

  #lost(why: Error | undefined): void {
    this.#accepted.reject(why ?? new Error("The server closed the connection."));
    // Between two calls it is closed in order, though nobody said so: another will do as well.
    const isInOrder = this.#hasAnswered && this.#done === undefined;
    this.#shut(isInOrder ? "us" : "them", this.#statuses.loss(why), why);
  }

  #shut(by: "us" | "them", status: number, why?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#events.onClosed(by, why);
    const done = this.#done;
    this.#done = undefined;
    done?.(status, undefined);
  }
}

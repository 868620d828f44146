import { randomUUID } from "node:crypto";
import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import { isTraceparent, TRACEPARENT_KEY } from "../../model/traceparent.ts";
import type { Clock } from "../clock/clock.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Span, Tracer } from "../telemetry/tracing/tracer.ts";
import type { Call } from "./call.ts";
import { cancelled, type DomainError, deadlineExceeded } from "./errors/errors.ts";

/** The part of grpc-js's call objects that every kind of call has. */
export interface GrpcCall
  extends Pick<ServerUnaryCall<unknown, unknown>, "metadata" | "cancelled"> {
  getDeadline(): Date | number;
  getPeer(): string;
  once(event: "cancelled", listener: () => void): unknown;
}

/** What all calls of a method have. */
export interface ServedMethod {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer?: Tracer | undefined;
}

export const REQUEST_ID_KEY = "x-request-id";
const MAX_REQUEST_ID_LENGTH = 128;

/** The call a handler sees. Everything that costs something is made when first asked for. */
export class ServedCall implements Call {
  readonly deadlineMs: number;
  readonly #grpcCall: GrpcCall;
  readonly #clock: Clock;
  readonly #serviceLog: Logger;
  readonly #path: string;
  readonly #tracer: Tracer | undefined;
  /** Of this call, when it is recorded. */
  readonly span: Span | undefined;
  #isEnded = false;
  #stopReason: DomainError | undefined;
  #listeners: Set<(reason: DomainError) => void> | undefined;
  #controller: AbortController | undefined;
  #ownRequestId: string | undefined;
  #ownLog: Logger | undefined;

  constructor(
    grpcCall: GrpcCall,
    deadlineMs: number,
    { path, clock, log, tracer }: ServedMethod,
    span?: Span,
  ) {
    this.#grpcCall = grpcCall;
    this.deadlineMs = deadlineMs;
    this.#clock = clock;
    this.#serviceLog = log;
    this.#path = path;
    this.#tracer = tracer;
    this.span = span;
  }

  get metadata(): Metadata {
    return this.#grpcCall.metadata;
  }

  /** "address:port" of the caller. */
  get peer(): string {
    return this.#grpcCall.getPeer();
  }

  get requestId(): string {
    this.#ownRequestId ??= sentRequestId(this.#grpcCall.metadata) ?? randomUUID();
    return this.#ownRequestId;
  }

  get traceparent(): string | undefined {
    if (!this.#tracer) return undefined;
    const { untraced } = this.#tracer;
    return this.span?.traceparent ?? sentTraceparent(this.#grpcCall.metadata) ?? untraced;
  }

  get log(): Logger {
    this.#ownLog ??= this.#serviceLog.child({
      requestId: this.requestId,
      path: this.#path,
      ...(this.span && { trace_id: this.span.traceId }),
    });
    return this.#ownLog;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#controller = controller;
      this.onStop((reason) => controller.abort(reason));
    }
    return this.#controller.signal;
  }

  /**
   * Calls `listener` once when the call stops early: cancelled, past its deadline, or the server
   * closes; at once when that has happened. Returns the way to stop listening. Cheaper than `signal`.
   */
  onStop(listener: (reason: DomainError) => void): () => void {
    const reason = this.stopped;
    if (reason) {
      listener(reason);
      return () => {};
    }
    if (!this.#listeners) {
      this.#listeners = new Set();
      this.#grpcCall.once("cancelled", () => this.stop(this.#cancelReason()));
    }
    const listeners = this.#listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Why the call stopped early, if it did. */
  get stopped(): DomainError | undefined {
    if (!this.#stopReason && this.#grpcCall.cancelled) this.stop(this.#cancelReason());
    return this.#stopReason;
  }

  /** Ends the call early, for the reason given. Without effect on a call that has ended. */
  stop(reason: DomainError): void {
    if (this.#isEnded || this.#stopReason) return;
    this.#stopReason = reason;
    // A copy: the first listener may end the call, which clears the set.
    for (const listener of [...(this.#listeners ?? [])]) listener(reason);
  }

  /** The handler is done: grpc-js's own "cancelled" after the answer means nothing any more. */
  end(): void {
    this.#isEnded = true;
    this.#listeners?.clear();
  }

  #cancelReason(): DomainError {
    const isLate = this.#clock.nowMs() >= this.deadlineMs;
    return isLate
      ? deadlineExceeded(`${this.#path} did not end before its deadline`)
      : cancelled(`the caller cancelled ${this.#path}`);
  }
}

function sentRequestId(metadata: Metadata): string | undefined {
  const sent = metadata.get(REQUEST_ID_KEY)[0];
  if (typeof sent !== "string" || sent === "" || sent.length > MAX_REQUEST_ID_LENGTH) return;
  return sent;
}

/** Where the caller says that the call belongs; undefined: it does not say. */
export function sentTraceparent(metadata: Metadata): string | undefined {
  const sent = metadata.get(TRACEPARENT_KEY)[0];
  return typeof sent === "string" && isTraceparent(sent) ? sent : undefined;
}

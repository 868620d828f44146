import { status } from "@grpc/grpc-js";
import { type Listed, NOWHERE } from "../../../memory/roster.ts";
import type { Call } from "../../call.ts";
import { type DomainError, deadlineExceeded } from "../../errors/errors.ts";
import type { ServedCall } from "../../served-call.ts";
import type { Stoppable } from "./in-flight.ts";
import type { MethodServer } from "./method-server.ts";
import type { ServeUnary, UnaryCall } from "./unary-call.ts";

type UnaryHandler = (request: unknown, call: Call) => unknown;

/** Around an async function. Whatever the function does, the caller is answered. */
export function serveUnary(method: MethodServer, handler: UnaryHandler): ServeUnary {
  return (grpcCall, request) => {
    const served = new UnaryInFlight(method, grpcCall);
    const refusal = method.refusal(served.call, request);
    if (refusal) return served.fail(refusal);
    if (grpcCall.getDeadline() === Infinity) served.startDeadlineTimer();
    try {
      const result = handler(request, served.call);
      if (result instanceof Promise) result.then(served.succeed, served.fail);
      else served.succeed(result);
    } catch (error) {
      served.fail(error);
    }
  };
}

class UnaryInFlight implements Stoppable, Listed {
  place = NOWHERE;
  readonly call: ServedCall;
  readonly #method: MethodServer;
  readonly #grpcCall: UnaryCall;
  readonly #startedMs: number;
  #isAnswered = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(method: MethodServer, grpcCall: UnaryCall) {
    this.#method = method;
    this.#grpcCall = grpcCall;
    this.call = method.accept(grpcCall);
    this.#startedMs = method.metrics.begun();
    method.inFlight.unary.add(this);
  }

  /** grpc-js times only the deadlines that callers send. */
  startDeadlineTimer(): void {
    const { path, defaultDeadlineMs } = this.#method;
    this.#timer = setTimeout(() => {
      const limit = `the server's default of ${defaultDeadlineMs} ms`;
      this.stop(deadlineExceeded(`${path} did not end within ${limit}; set a deadline`));
    }, defaultDeadlineMs);
    this.#timer.unref();
  }

  stop(reason: DomainError): void {
    this.call.stop(reason);
    this.fail(reason);
  }

  readonly succeed = (response: unknown): void => {
    if (!this.#finish(status.OK)) return;
    this.#grpcCall.succeed(response);
  };

  readonly fail = (error: unknown): void => {
    if (this.#isAnswered) return;
    const failure = this.#method.failure(this.call, error);
    this.#finish(failure.code);
    this.#grpcCall.fail(failure);
  };

  /** False when the call was answered before. */
  #finish(grpcStatus: number): boolean {
    if (this.#isAnswered) return false;
    this.#isAnswered = true;
    const method = this.#method;
    const grpcCall = this.#grpcCall;
    const startedMs = this.#startedMs;
    const { call } = this;
    clearTimeout(this.#timer);
    method.inFlight.unary.delete(this);
    call.end();
    method.ended(call, grpcCall, startedMs, grpcStatus);
    return true;
  }
}

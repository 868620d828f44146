import { status } from "@grpc/grpc-js";
import type { Clock } from "../../../clock/clock.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";
import { type CallType, MethodMetrics } from "../../call-metrics.ts";
import { DomainError, deadlineExceeded, invalidArgument, statusOf } from "../../errors/errors.ts";
import { type FailedCall, failedCall } from "../../errors/wire-errors.ts";
import { type GrpcCall, ServedCall, type ServedMethod } from "../../served-call.ts";
import type { InFlight } from "./in-flight.ts";

export interface MethodServerOptions {
  readonly inFlight: InFlight;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** For unary calls that come without a deadline, ms. */
  readonly defaultDeadlineMs: number;
}

/** What a request becomes whose bytes do not decode: the handler's wrapper answers, not grpc-js. */
export class Undecodable {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** What serving one method needs on every call, resolved once. */
export class MethodServer {
  readonly path: string;
  readonly metrics: MethodMetrics;
  readonly inFlight: InFlight;
  /** For calls that come without a deadline, ms; Infinity for streams. */
  readonly defaultDeadlineMs: number;
  readonly #options: MethodServerOptions;
  readonly #served: ServedMethod;

  constructor(path: string, type: CallType, options: MethodServerOptions) {
    this.path = path;
    this.metrics = new MethodMetrics(options.metrics, "server", type, path);
    this.inFlight = options.inFlight;
    this.#options = options;
    this.#served = { path, clock: options.clock, log: options.log };
    this.defaultDeadlineMs = type === "unary" ? options.defaultDeadlineMs : Infinity;
  }

  /** Wraps a call that has arrived. */
  accept(grpcCall: GrpcCall): ServedCall {
    const sent = Number(grpcCall.getDeadline());
    const { clock } = this.#options;
    const deadlineMs = sent === Infinity ? clock.nowMs() + this.defaultDeadlineMs : sent;
    return new ServedCall(grpcCall, deadlineMs, this.#served);
  }

  /** Why the work must not be begun, if it must not. */
  refusal(call: ServedCall, request: unknown): DomainError | undefined {
    if (this.#options.clock.nowMs() >= call.deadlineMs) {
      return deadlineExceeded(`the deadline had passed when ${this.path} would have begun`);
    }
    if (request instanceof Undecodable) {
      return invalidArgument("request", `its bytes are no message that ${this.path} takes`);
    }
    return undefined;
  }

  /**
   * The answer to a failed call. What nobody foresaw is logged with its stack, unless the call had
   * been stopped: then whatever the handler threw is most likely a consequence.
   */
  failure(call: ServedCall, error: unknown): FailedCall {
    const { stopped } = call;
    if (stopped) {
      call.log.debug({ err: error }, "a handler failed after its call had been stopped");
      return failedCall(statusOf(stopped));
    }
    if (!(error instanceof DomainError)) {
      call.log.error({ err: error }, "a handler failed");
    } else if (error.code === "INTERNAL") {
      call.log.error({ err: error }, error.message);
    }
    return failedCall(statusOf(error));
  }

  /** The status for metrics: what the caller saw counts, not what was sent too late. */
  statusSeen(call: ServedCall, grpcCall: GrpcCall, sent: number): number {
    if (!grpcCall.cancelled) return sent;
    const isLate = this.#options.clock.nowMs() >= call.deadlineMs;
    return isLate ? status.DEADLINE_EXCEEDED : status.CANCELLED;
  }
}

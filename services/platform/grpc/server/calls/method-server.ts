import { status } from "@grpc/grpc-js";
import { isSampled } from "../../../../model/traceparent.ts";
import type { Clock } from "../../../clock/clock.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";
import { rpcAttributes } from "../../../telemetry/tracing/span-names.ts";
import type { Span, Tracer } from "../../../telemetry/tracing/tracer.ts";
import { type CallType, MethodMetrics } from "../../call-metrics.ts";
import { DomainError, deadlineExceeded, invalidArgument, statusOf } from "../../errors/errors.ts";
import { type FailedCall, failedCall } from "../../errors/wire-errors.ts";
import { endRpcSpan, isServerFault } from "../../rpc-spans.ts";
import {
  type GrpcCall,
  ServedCall,
  type ServedMethod,
  sentTraceparent,
} from "../../served-call.ts";
import type { InFlight } from "./in-flight.ts";

export interface MethodServerOptions {
  readonly inFlight: InFlight;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** For unary calls that come without a deadline, ms. */
  readonly defaultDeadlineMs: number;
}

/** Probes, and those who ask what there is to call, are no work of the mesh. */
const PATHS_OF_MESH = "/tidings.";

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
  readonly #tracer: Tracer | undefined;
  /** At level debug each step of a request is a line. */
  readonly #logsCalls: boolean;

  constructor(path: string, type: CallType, options: MethodServerOptions) {
    this.path = path;
    this.metrics = new MethodMetrics(options.metrics, "server", type, path);
    this.inFlight = options.inFlight;
    this.#options = options;
    const { tracer } = options.metrics;
    this.#served = { path, clock: options.clock, log: options.log, tracer };
    const isOfMesh = path.startsWith(PATHS_OF_MESH);
    this.#tracer = isOfMesh ? tracer : undefined;
    this.#logsCalls = isOfMesh && options.log.isLevelEnabled("debug");
    this.defaultDeadlineMs = type === "unary" ? options.defaultDeadlineMs : Infinity;
  }

  /** Wraps a call that has arrived. */
  accept(grpcCall: GrpcCall): ServedCall {
    const sent = Number(grpcCall.getDeadline());
    const { clock } = this.#options;
    const deadlineMs = sent === Infinity ? clock.nowMs() + this.defaultDeadlineMs : sent;
    return new ServedCall(grpcCall, deadlineMs, this.#served, this.#beginSpan(grpcCall));
  }

  #beginSpan({ metadata }: GrpcCall): Span | undefined {
    if (!this.#tracer) return undefined;
    const name = this.path.slice(1);
    const parent = sentTraceparent(metadata);
    if (parent !== undefined && !isSampled(parent)) return undefined;
    return this.#tracer.begin({ name, kind: "server", parent, attributes: rpcAttributes(name) });
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

  /** The call has ended, for the metrics and its span. */
  ended(call: ServedCall, grpcCall: GrpcCall, startedMs: number, sent: number): void {
    const seen = this.#statusSeen(call, grpcCall, sent);
    this.metrics.ended(startedMs, seen);
    if (this.#logsCalls) call.log.debug({ status: status[seen] }, "call");
    if (call.span) endRpcSpan(call.span, seen, isServerFault(seen));
  }

  /** The status for metrics: what the caller saw counts, not what was sent too late. */
  #statusSeen(call: ServedCall, grpcCall: GrpcCall, sent: number): number {
    if (!grpcCall.cancelled) return sent;
    const isLate = this.#options.clock.nowMs() >= call.deadlineMs;
    return isLate ? status.DEADLINE_EXCEEDED : status.CANCELLED;
  }
}

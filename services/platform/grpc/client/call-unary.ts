import {
  type Client,
  type ClientUnaryCall,
  type MethodDefinition,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { IDEMPOTENT_METHODS } from "#gen/idempotent-methods.ts";
import { heldBack } from "../../admission/overloaded.ts";
import { DEFAULT_PRIORITY, type Priority } from "../../admission/priority.ts";
import type { Span } from "../../telemetry/tracing/tracer.ts";
import type { CallOptions } from "../call.ts";
import { MethodMetrics } from "../call-metrics.ts";
import { ERROR_TABLE } from "../errors/error-table.ts";
import { type DomainError, isOverloaded } from "../errors/errors.ts";
import { domainErrorOf } from "../errors/wire-errors.ts";
import { beginClientSpan, endRpcSpan } from "../rpc-spans.ts";
import type { Channel } from "./channel.ts";
import {
  assertTimeLeft,
  metadataOf,
  onStop,
  priorityOfCall,
  unaryDeadlineOf,
} from "./outgoing-call.ts";
import { isRetryable, retryWaitMs } from "./retry.ts";
import { Throttle } from "./throttle.ts";

type UnaryMethod = MethodDefinition<unknown, unknown>;

/** The client's function for a unary method. */
export function unaryCaller(method: UnaryMethod, channel: Channel) {
  const metrics = new MethodMetrics(channel.metrics, "client", "unary", method.path);
  const called = { method, channel, metrics, throttle: new Throttle() };
  return (request: unknown, options?: CallOptions): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>();
    new UnaryCall(called, request, options, answer).start();
    return answer.promise;
  };
}

/** What all calls of a method have. */
interface CalledMethod {
  readonly method: UnaryMethod;
  readonly channel: Channel;
  readonly metrics: MethodMetrics;
  /** A server whose disk stands still refuses what writes, and answers what reads. */
  readonly throttle: Throttle;
}

/** One call, through all its attempts. */
class UnaryCall {
  readonly #method: UnaryMethod;
  readonly #channel: Channel;
  readonly #metrics: MethodMetrics;
  readonly #throttle: Throttle;
  readonly #request: unknown;
  readonly #options: CallOptions | undefined;
  readonly #answer: PromiseWithResolvers<unknown>;
  readonly #deadlineMs: number;
  readonly #priority: Priority;
  readonly #startedMs: number;
  readonly #span: Span | undefined;
  #attempt = 0;
  #connection: Client | undefined;
  #grpcCall: ClientUnaryCall | undefined;
  /** Between two attempts. */
  #waiting: AbortController | undefined;
  #stopReason: DomainError | undefined;
  #stopListening: (() => void) | undefined;

  constructor(
    { method, channel, metrics, throttle }: CalledMethod,
    request: unknown,
    options: CallOptions | undefined,
    answer: PromiseWithResolvers<unknown>,
  ) {
    this.#method = method;
    this.#channel = channel;
    this.#metrics = metrics;
    this.#throttle = throttle;
    this.#request = request;
    this.#options = options;
    this.#answer = answer;
    this.#deadlineMs = unaryDeadlineOf(options, channel);
    this.#priority = priorityOfCall(options, channel) ?? DEFAULT_PRIORITY;
    this.#startedMs = metrics.begun();
    const { tracer } = channel.metrics;
    this.#span = tracer && beginClientSpan(tracer, method.path, options);
  }

  start(): void {
    const options = this.#options;
    if (options?.parent || options?.signal) {
      this.#stopListening = onStop(options, (reason) => this.#stop(reason));
    }
    this.#begin();
  }

  #begin(): void {
    const method = this.#method;
    const channel = this.#channel;
    try {
      if (this.#stopReason) throw this.#stopReason;
      assertTimeLeft(method.path, this.#deadlineMs, channel.clock.nowMs());
      if (!this.#throttle.sends(this.#priority, channel.clock.monotonicMs(), channel.random())) {
        channel.heldBack.add();
        throw heldBack(channel.to, this.#priority, channel.random());
      }
      this.#attempt++;
      this.#connection = channel.pick();
      this.#grpcCall = this.#connection.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        this.#request,
        metadataOf(this.#options, channel, this.#span),
        { deadline: this.#deadlineMs },
        this.#answered,
      );
    } catch (error) {
      this.#fail(domainErrorOf(error));
    }
  }

  readonly #answered = (serviceError: ServiceError | null, response?: unknown): void => {
    if (!serviceError) {
      this.#throttle.answered(this.#priority, true);
      this.#succeed(response);
      return;
    }
    const error = this.#stopReason ?? domainErrorOf(serviceError);
    this.#throttle.answered(this.#priority, !isOverloaded(error));
    const waitMs = this.#waitBeforeRetryMs(error);
    if (waitMs === undefined) this.#fail(error);
    else this.#beginAfter(waitMs);
  };

  #beginAfter(waitMs: number): void {
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#channel.clock.delay(waitMs, waiting.signal).then(
      () => this.#begin(),
      (reason) => this.#fail(reason),
    );
  }

  #waitBeforeRetryMs(error: DomainError): number | undefined {
    const { retry, budget, clock, random } = this.#channel;
    if (!retry || !budget || this.#stopReason) return undefined;
    if (isRetryable(error)) budget.failed();
    if (!budget.allowsRetry) return undefined;
    return retryWaitMs(retry, {
      attempt: this.#attempt,
      error,
      isIdempotent: this.#options?.idempotent ?? IDEMPOTENT_METHODS.has(this.#method.path),
      wasSent: this.#wasSent(),
      remainingMs: this.#deadlineMs - clock.nowMs(),
      random: random(),
    });
  }

  /** grpc-js names the connection as the call's peer once it has one, and until then the target. */
  #wasSent(): boolean {
    return this.#grpcCall?.getPeer() !== this.#connection?.getChannel().getTarget();
  }

  #stop(reason: DomainError): void {
    this.#stopReason = reason;
    this.#grpcCall?.cancel();
    this.#waiting?.abort(reason);
  }

  #succeed(response: unknown): void {
    this.#stopListening?.();
    this.#channel.budget?.succeeded();
    this.#ended(status.OK);
    this.#answer.resolve(response);
  }

  #ended(grpcStatus: number): void {
    this.#metrics.ended(this.#startedMs, grpcStatus);
    if (this.#span) endRpcSpan(this.#span, grpcStatus, grpcStatus !== status.OK);
  }

  #fail(error: DomainError): void {
    this.#stopListening?.();
    this.#ended(ERROR_TABLE[error.code].grpc);
    this.#answer.reject(error);
  }
}

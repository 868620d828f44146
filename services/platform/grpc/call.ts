import type { Metadata, ServiceDefinition } from "@grpc/grpc-js";
import type { Priority } from "../admission/priority.ts";
import type { Logger } from "../telemetry/logger.ts";

/** What a handler may know of the call it serves. */
export interface Call {
  /**
   * When the caller stops waiting, ms since the Unix epoch. A unary call without one has the
   * server's default; a stream without one has Infinity.
   */
  readonly deadlineMs: number;
  /** Aborts on cancellation and at the deadline. Made on first use. */
  readonly signal: AbortSignal;
  /** Follows one request through every service ("x-request-id"); made here when the caller sent none. */
  readonly requestId: string;
  readonly metadata: Metadata;
  readonly log: Logger;
  /** Where it belongs among traces (W3C); what is called for it goes below. Undefined: nothing is traced. */
  readonly traceparent?: string | undefined;
}

/** How a client makes one call. Every unary call gets a deadline: the parent's, or this, or the default. */
export interface CallOptions {
  /** The call being served: passes on its deadline, cancellation, request id and trace. */
  readonly parent?: Call;
  /** A time, ms since the Unix epoch. With a parent, or `timeoutMs`, the earliest counts. */
  readonly deadlineMs?: number;
  /** How long from now, ms. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly requestId?: string;
  /** Where it belongs among traces. Unless given, below the parent's. */
  readonly traceparent?: string | undefined;
  /** Traceparents of what else it is made for: of a batch, of all in it. */
  readonly links?: readonly string[];
  /** The user for whom it is made; with TLS a token says so. Unless given, the parent's. */
  readonly forUser?: bigint;
  /** How much it matters that it is answered now. Unless given, the parent's, then the channel's. */
  readonly priority?: Priority;
  /** Whether the call may be done twice. Unless given, what the proto says (`idempotency_level`). */
  readonly idempotent?: boolean;
}

type Method<Req, Res, ReqStream extends boolean, ResStream extends boolean> = {
  readonly requestStream: ReqStream;
  readonly responseStream: ResStream;
  readonly requestSerialize: (value: Req) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Res;
};
type ServerMethod<Req, Res, ReqStream extends boolean, ResStream extends boolean> = {
  readonly requestStream: ReqStream;
  readonly responseStream: ResStream;
  readonly requestDeserialize: (bytes: Buffer) => Req;
  readonly responseSerialize: (value: Res) => Buffer;
};

/** A handler: an async function of (request, call); a stream is an async iterable. */
export type Handler<M> =
  M extends ServerMethod<infer Req, infer Res, false, false>
    ? (request: Req, call: Call) => Promise<Res> | Res
    : M extends ServerMethod<infer Req, infer Res, false, true>
      ? (request: Req, call: Call) => AsyncIterable<Res>
      : M extends ServerMethod<infer Req, infer Res, true, true>
        ? (requests: AsyncIterable<Req>, call: Call) => AsyncIterable<Res>
        : never;

/** One handler a method of the service, by its name. */
export type Handlers<Definition> = { readonly [K in keyof Definition]: Handler<Definition[K]> };

type ClientMethod<M> =
  M extends Method<infer Req, infer Res, false, false>
    ? (request: Req, options?: CallOptions) => Promise<Res>
    : M extends Method<infer Req, infer Res, false, true>
      ? (request: Req, options?: CallOptions) => AsyncIterable<Res>
      : M extends Method<infer Req, infer Res, true, true>
        ? (requests: AsyncIterable<Req>, options?: CallOptions) => AsyncIterable<Res>
        : never;

/** A client of the service with these methods: promises and async iterables. */
export type Client<Definition> = { readonly [K in keyof Definition]: ClientMethod<Definition[K]> };

/** What `implement(definition, handlers)` gives and a server is started with. */
export interface Implementation {
  readonly definition: ServiceDefinition;
  readonly handlers: Readonly<Record<string, unknown>>;
}

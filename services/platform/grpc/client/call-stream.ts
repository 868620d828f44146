import {
  type ClientDuplexStream,
  type ClientReadableStream,
  type CallOptions as GrpcCallOptions,
  type Metadata,
  type MethodDefinition,
  status,
} from "@grpc/grpc-js";
import type { CallOptions } from "../call.ts";
import { callTypeOf, MethodMetrics } from "../call-metrics.ts";
import { domainErrorOf } from "../errors/wire-errors.ts";
import { MessagePump } from "../message-pump.ts";
import { MessageReader } from "../message-reader.ts";
import { beginClientSpan, endRpcSpan } from "../rpc-spans.ts";
import type { Channel } from "./channel.ts";
import { assertTimeLeft, deadlineOf, metadataOf, onStop } from "./outgoing-call.ts";

type StreamMethod = MethodDefinition<unknown, unknown>;
type Requests = AsyncIterable<unknown>;
type Responses = AsyncIterable<unknown>;
type GrpcStream = ClientReadableStream<unknown> | ClientDuplexStream<unknown, unknown>;

/** How long a server may take to end a call whose caller has closed its side, ms. */
const FAREWELL_MS = 1_000;

/** The client's function for a server-streaming method. The call begins when its iteration does. */
export function serverStreamCaller(method: StreamMethod, channel: Channel) {
  const begin = streamStarter(method, channel);
  return (request: unknown, options?: CallOptions): Responses => ({
    [Symbol.asyncIterator]: () => {
      const open = (metadata: Metadata, grpcOptions: GrpcCallOptions) =>
        channel
          .pick()
          .makeServerStreamRequest(
            method.path,
            method.requestSerialize,
            method.responseDeserialize,
            request,
            metadata,
            grpcOptions,
          );
      return begin(options, open, (stream) => stream.cancel()).responses;
    },
  });
}

/** The client's function for a method with streams in both directions. */
export function bidiStreamCaller(method: StreamMethod, channel: Channel) {
  const begin = streamStarter(method, channel);
  return (requests: Requests, options?: CallOptions): Responses => ({
    [Symbol.asyncIterator]: () => {
      const open = (metadata: Metadata, grpcOptions: GrpcCallOptions) =>
        channel
          .pick()
          .makeBidiStreamRequest(
            method.path,
            method.requestSerialize,
            method.responseDeserialize,
            metadata,
            grpcOptions,
          );
      let pump: MessagePump | undefined;
      const { stream, responses } = begin(options, open, (left, unread) => {
        pump?.stop();
        endPolitely(left, unread);
      });
      pump = sendRequests(requests, stream, responses);
      return responses;
    },
  });
}

interface StreamCall<S> {
  readonly stream: S;
  readonly responses: MessageReader<unknown>;
}

/** What both kinds of stream share: deadline, metrics, and being stopped from outside. */
function streamStarter(method: StreamMethod, channel: Channel) {
  const metrics = new MethodMetrics(channel.metrics, "client", callTypeOf(method), method.path);
  return <S extends GrpcStream>(
    options: CallOptions | undefined,
    open: (metadata: Metadata, grpcOptions: GrpcCallOptions) => S,
    leave: (stream: S, responses: MessageReader<unknown>) => void,
  ): StreamCall<S> => {
    const nowMs = channel.clock.nowMs();
    const deadlineMs = deadlineOf(options, nowMs);
    assertTimeLeft(method.path, deadlineMs, nowMs);
    const startedMs = metrics.begun();
    const { tracer } = channel.metrics;
    const span = tracer && beginClientSpan(tracer, method.path, options);
    const stream = open(
      metadataOf(options, channel, span),
      deadlineMs === Infinity ? {} : { deadline: deadlineMs },
    );
    const responses: MessageReader<unknown> = new MessageReader(
      stream,
      () => leave(stream, responses),
      domainErrorOf,
    );
    const stopListening = onStop(options, (reason) => {
      responses.fail(reason);
      leave(stream, responses);
    });
    stream.once("status", ({ code }) => {
      stopListening();
      metrics.ended(startedMs, code);
      if (span) endRpcSpan(span, code, code !== status.OK);
    });
    return { stream, responses };
  };
}

/**
 * The caller wants no more: it closes its side and lets the server end the call. A reset, which a
 * server takes only so many of on a connection, comes only when it does not.
 */
function endPolitely(
  stream: ClientDuplexStream<unknown, unknown>,
  responses: MessageReader<unknown>,
): void {
  const timer = setTimeout(() => stream.cancel(), FAREWELL_MS);
  stream.once("status", () => clearTimeout(timer));
  stream.end();
  responses.discard();
}

/** Sends requests as the stream has room; what ends the call ends their source too. */
function sendRequests(
  requests: Requests,
  stream: ClientDuplexStream<unknown, unknown>,
  responses: MessageReader<unknown>,
): MessagePump {
  const pump = new MessagePump(requests, stream, (error) => {
    if (error === undefined) {
      stream.end();
      return;
    }
    responses.fail(error);
    stream.cancel();
  });
  stream.once("status", () => pump.stop());
  pump.pull();
  return pump;
}

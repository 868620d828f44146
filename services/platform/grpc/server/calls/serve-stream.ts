import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type ServerDuplexStream,
  type ServerWritableStream,
  status,
} from "@grpc/grpc-js";
import type { Call } from "../../call.ts";
import { MessagePump } from "../../message-pump.ts";
import { MessageReader } from "../../message-reader.ts";
import type { ServedCall } from "../../served-call.ts";
import { type MethodServer, Undecodable } from "./method-server.ts";

type StreamHandler = (request: unknown, call: Call) => AsyncIterable<unknown>;
type StreamingCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

/** Serves a method that answers with a stream. */
export function serveServerStream(
  method: MethodServer,
  handler: StreamHandler,
): handleServerStreamingCall<unknown, unknown> {
  return (grpcCall) => {
    const { request } = grpcCall;
    serve(method, grpcCall, request, (call) => handler(request, call));
  };
}

/** Serves a method whose requests and answers are both streams. */
export function serveBidiStream(
  method: MethodServer,
  handler: StreamHandler,
): handleBidiStreamingCall<unknown, unknown> {
  return (grpcCall) => {
    serve(method, grpcCall, undefined, (call) => {
      const requests = new MessageReader(
        grpcCall,
        () => {},
        (error) => error as Error,
      );
      call.onStop((reason) => requests.fail(reason));
      return handler(decodable(method, call, requests), call);
    });
  };
}

function serve(
  method: MethodServer,
  grpcCall: StreamingCall,
  request: unknown,
  begin: (call: ServedCall) => AsyncIterable<unknown>,
): void {
  const call = method.accept(grpcCall);
  const startedMs = method.metrics.begun();
  let isFinished = false;
  const finish = (error?: unknown) => {
    if (isFinished) return;
    isFinished = true;
    const failure = error === undefined ? undefined : method.failure(call, error);
    method.inFlight.streams.delete(call);
    call.end();
    const sent = failure?.code ?? status.OK;
    method.ended(call, grpcCall, startedMs, sent);
    if (failure) grpcCall.emit("error", failure);
    else grpcCall.end();
  };
  const refusal = method.refusal(call, request);
  if (refusal) {
    finish(refusal);
    return;
  }
  method.inFlight.streams.add(call);
  try {
    const pump = new MessagePump(begin(call), grpcCall, finish);
    call.onStop((reason) => {
      pump.stop();
      finish(reason);
    });
    pump.pull();
  } catch (error) {
    finish(error);
  }
}

async function* decodable(
  method: MethodServer,
  call: ServedCall,
  requests: AsyncIterable<unknown>,
): AsyncIterable<unknown> {
  for await (const request of requests) {
    if (request instanceof Undecodable) throw method.refusal(call, request);
    yield request;
  }
}

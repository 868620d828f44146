import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";

/** The headers of a gRPC answer that is a status alone. */
export function statusHeaders(grpcStatus: number, message: string): OutgoingHttpHeaders {
  return {
    ":status": 200,
    "content-type": "application/grpc+proto",
    "grpc-status": grpcStatus,
    "grpc-message": encodeURI(message),
  };
}

/** Answers a call that grpc-js has not answered yet, whatever of its request is still to come. */
export function answerEarly(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  if (stream.headersSent || stream.destroyed || stream.closed) {
    stream.close(constants.NGHTTP2_CANCEL);
    return;
  }
  stream.respond(headers, { endStream: true });
  // In a turn of its own: a reset would overtake the answer while data is being received.
  setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}

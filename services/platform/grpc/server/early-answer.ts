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
  // A call that is refused is nobody's else: should its connection break now, its error would end the process.
  stream.on("error", ignore);
  if (stream.headersSent || stream.destroyed || stream.closed) {
    stream.close(constants.NGHTTP2_CANCEL);
    return;
  }
  stream.respond(headers, { endStream: true });
  // grpc-js asks only whether the stream has closed: a deadline that ends in this turn would have it answer, too, and
  // the error of that, out of its timer, would end the process.
  stream.respond = ignore;
  // In a turn of its own: a reset would overtake the answer while data is being received.
  setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}

function ignore(): void {}

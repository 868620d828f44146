/**
 * A server that tells one of the truths, over HTTP/1.1 and over gRPC without TLS (whatever method is called).
 * `node truth-server.ts NAME` says its ports; it ends with who started it.
 */
import { createServer } from "node:http";
import {
  createServer as createHttp2Server,
  constants as http2,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Server } from "node:net";
import type { Outcome } from "./truths.ts";
import { TRUTHS } from "./truths.ts";

const truth = TRUTHS.find(({ name }) => name === process.argv[2]);
if (!truth)
  throw new Error(`Unknown truth ${process.argv[2]}: there are ${TRUTHS.map((t) => t.name)}`);
const behave = truth.behave();
const INTERNAL = "13";
/** An empty message: not compressed, of no bytes. */
const EMPTY_MESSAGE = Buffer.alloc(5);
let firstMs = -1;
let index = 0;

function next(): Outcome {
  const nowMs = performance.now();
  if (firstMs < 0) firstMs = nowMs;
  return behave(nowMs - firstMs, index++);
}

/** Timers count whole ms and may fire early by one: what is left is waited for, to 0.1 ms. */
function after(ms: number, act: () => void): void {
  const dueMs = performance.now() + ms;
  const look = () => {
    const leftMs = dueMs - performance.now();
    if (leftMs < 0.1) act();
    else if (leftMs > 2) setTimeout(look, leftMs - 1);
    else setImmediate(look);
  };
  look();
}

const http = createServer((request, response) => {
  request.resume();
  const outcome = next();
  if (outcome.kind === "hang") return;
  if (outcome.kind === "reset") return request.socket.resetAndDestroy();
  const status = outcome.kind === "error" ? 500 : 200;
  after(outcome.afterMs, () => response.writeHead(status, { "content-length": 2 }).end("ok"));
});

const grpc = createHttp2Server();
grpc.on("stream", (stream: ServerHttp2Stream) => {
  stream.on("error", () => {}); // who called has gone
  stream.resume();
  const outcome = next();
  if (outcome.kind === "hang") return;
  if (outcome.kind === "reset") return stream.close(http2.NGHTTP2_INTERNAL_ERROR);
  const status = outcome.kind === "error" ? INTERNAL : "0";
  after(outcome.afterMs, () => {
    if (stream.destroyed) return;
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status }));
    stream.end(outcome.kind === "error" ? undefined : EMPTY_MESSAGE);
  });
});

const portOf = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
process.send?.({ http: await portOf(http), grpc: await portOf(grpc) });
process.on("disconnect", () => process.exit(0));

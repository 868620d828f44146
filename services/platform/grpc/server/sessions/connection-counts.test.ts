import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../../../../../test/support/until.ts";
import { COUNTERS } from "../../../../model/metrics.ts";
import { valueIn } from "../../../telemetry/read-exposition.ts";
import { type Echo, startEcho } from "../../testing/echo-server.ts";
import {
  DATA,
  END_HEADERS,
  frame,
  HEADERS,
  OPENING,
  RST_STREAM,
} from "../../testing/raw-frames.ts";
import type { EndedBy } from "./connection-counts.ts";

const SAY = "/tidings.test.v1.EchoService/Say";
/** A DATA frame of no stream, which no caller may send. */
const BROKEN = Buffer.concat([OPENING, frame(DATA, 0, 0, Buffer.alloc(0))]);
/** ":method: POST", ":scheme: http", ":path: /". */
const HEAD = Buffer.from("838684", "hex");
const AT_A_TIME = 1_000;

let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

async function ended({ metrics }: Echo, by: EndedBy): Promise<number> {
  return valueIn(await metrics.registry.metrics(), COUNTERS.connectionsEnded.name, { by });
}

function dial({ server }: Echo): ClientHttp2Session {
  const session = connectHttp2(`http://${server.address}`);
  open.defer(() => session.destroy());
  return session.on("error", () => {});
}

async function start(server = {}): Promise<Echo> {
  return open.use(await startEcho({}, { server }));
}

it("counts a connection that its caller ends, in order or not", async () => {
  const echo = await start();
  const sessions = [dial(echo), dial(echo)];
  await Promise.all(sessions.map((session) => once(session, "remoteSettings")));
  sessions[0].close();
  sessions[1].socket.destroy();
  await until(async () => (await ended(echo, "caller")) === 2);
  expect([await ended(echo, "age"), await ended(echo, "fault")]).toEqual([0, 0]);
});

/** A GOAWAY that names the first call of who sends it: grpc-go's, when it closes a channel. */
const GO_LEAVES = Buffer.from("0000080700000000000000000100000000", "hex");

it("counts a caller that has its answers, and leaves as grpc-go does, as one", async () => {
  const echo = await start();
  const toServer = connect({ host: "127.0.0.1", port: echo.server.port });
  open.defer(() => void toServer.destroy());
  const between = createServer((fromClient) => {
    fromClient.pipe(toServer).pipe(fromClient);
    fromClient.on("error", () => {});
  });
  between.listen(0, "127.0.0.1");
  open.defer(() => void between.close());
  await once(between, "listening");
  const session = connectHttp2(`http://127.0.0.1:${(between.address() as AddressInfo).port}`);
  open.defer(() => session.destroy());
  session.on("error", () => {});
  const head = { ":method": "POST", ":path": SAY, "content-type": "application/grpc" };
  const call = session.request({ ...head, te: "trailers" });
  call.end(Buffer.from("\0\0\0\0\x02{}"));
  await once(call.resume(), "close");
  toServer.write(GO_LEAVES);
  await until(async () => (await ended(echo, "caller")) === 1);
  expect(await ended(echo, "fault")).toBe(0);
});

it("counts one that breaks the protocol", async () => {
  const echo = await start();
  const socket = connect({ host: "127.0.0.1", port: echo.server.port });
  open.defer(() => void socket.destroy());
  socket.on("error", () => {}).resume();
  socket.write(BROKEN);
  await until(async () => (await ended(echo, "fault")) === 1);
  expect(await ended(echo, "caller")).toBe(0);
});

/** The calls of these streams, each reset as soon as it is made. */
function resets(firstStream: number): Buffer {
  const frames = Array.from({ length: AT_A_TIME }, (_, i) => [
    frame(HEADERS, END_HEADERS, firstStream + 2 * i, HEAD),
    frame(RST_STREAM, 0, firstStream + 2 * i, Buffer.alloc(4)),
  ]);
  return Buffer.concat(frames.flat());
}

it("counts one that resets more calls than a connection may", async () => {
  // It has time to spare, so it reads whoever it refuses as fast as that one sends.
  const echo = await start({ busyMs: () => 0 });
  const socket = connect({ host: "127.0.0.1", port: echo.server.port });
  open.defer(() => void socket.destroy());
  socket.on("error", () => {}).resume();
  socket.write(OPENING);
  let stream = 1;
  const resetMore = () => {
    while (socket.write(resets(stream))) stream += 2 * AT_A_TIME;
    stream += 2 * AT_A_TIME;
  };
  socket.on("drain", resetMore);
  resetMore();
  await until(async () => (await ended(echo, "fault")) === 1);
});

it("counts one that has its age", async () => {
  const echo = await start({ sessionLimits: { maxConnectionAgeMs: 1, agingMs: 1 } });
  await echo.client.say({ text: "hello" });
  await until(async () => (await ended(echo, "age")) === 1);
  expect([await ended(echo, "caller"), await ended(echo, "fault")]).toEqual([0, 0]);
});

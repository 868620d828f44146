import { constants, createServer, type Http2Session, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { isLoss, STREAM_RESET } from "../../measure/outcome/lost.ts";
import { newCall } from "../ceiling.ts";
import type { Driver } from "../driver.ts";
import { FLAG, FRAME, frame, resetStream } from "../http2/frames.ts";
import { openHttp2Driver } from "./http2-driver.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Opened {
  readonly driver: Driver;
  readonly sessions: readonly Http2Session[];
}

async function driverTo(answer: (stream: ServerHttp2Stream) => void): Promise<Opened> {
  const sessions: Http2Session[] = [];
  const server = createServer();
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream: ServerHttp2Stream) => answer(stream.on("error", () => {})));
  return { driver: await driverOver(server), sessions };
}

async function driverOver(server: Pick<Server, "listen" | "address" | "close">): Promise<Driver> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const target = { addresses: [`127.0.0.1:${port}`] };
  const driver = await openHttp2Driver([target], { connections: 1 });
  closing.push(() => driver.close());
  return driver;
}

function statusOf(driver: Driver): Promise<number> {
  const call = { ...newCall(new Uint8Array()), parts: { method: "GET", path: "/" } };
  return new Promise((resolve) => driver.send(call, (status) => resolve(status)));
}

it.each([
  ["refuses it", (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM)],
  ["ends the connection", (stream: ServerHttp2Stream) => stream.session?.destroy()],
  ["drops the connection", (stream: ServerHttp2Stream) => stream.session?.socket.destroy()],
])("an answer is not whole when a server %s within it", async (_, cut) => {
  const { driver } = await driverTo((stream) => {
    stream.respond({ ":status": 200 });
    stream.write("half of", () => cut(stream));
  });
  expect(isLoss(await statusOf(driver))).toBe(true);
});

/** Node's own server ends an answer before it resets it, so this one is by hand. */
it("an answer is not whole when a proxy cancels it within it", async () => {
  const answer = Buffer.concat([
    frame(FRAME.headers, FLAG.endHeaders, 1, Buffer.of(0x88)), // :status 200
    frame(FRAME.data, 0, 1, Buffer.from("half of")),
    resetStream(1),
  ]);
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.write(frame(FRAME.settings, 0, 0, new Uint8Array()));
    let isAnswered = false;
    socket.on("data", (chunk: Buffer) => {
      const isAsked = chunk.includes(Buffer.of(FRAME.headers, FLAG.endHeaders | FLAG.endStream));
      if (isAsked && !isAnswered) isAnswered = socket.write(answer);
    });
  });
  expect(await statusOf(await driverOver(server))).toBe(STREAM_RESET);
});

it("a server that goes away answers what is in flight, and what comes then goes over another connection", async () => {
  const waiting: ServerHttp2Stream[] = [];
  const { driver, sessions } = await driverTo((stream) => {
    waiting.push(stream);
    if (waiting.length === 1) {
      stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 2 ** 31 - 1);
    } else for (const one of waiting) one.respond({ ":status": 200 }, { endStream: true });
  });
  const first = statusOf(driver);
  await until(() => sessions.length === 2);
  expect(await Promise.all([first, statusOf(driver)])).toEqual([0, 0]);
});

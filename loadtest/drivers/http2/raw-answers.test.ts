import {
  constants,
  createServer,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net";
import { afterEach, expect, it } from "vitest";
import { newCall } from "../ceiling.ts";
import { prefixed } from "./call-frames.ts";
import { FRAME, frame, greeting, SETTINGS_ACK } from "./frames.ts";
import { openRawDriver } from "./raw-driver.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const MESSAGE = Buffer.from([8, 42]);
const GOOD = prefixed(MESSAGE);
const HEAD = { ":status": 200, "content-type": "application/grpc" };

async function listening(server: Pick<Server, "listen" | "address" | "close">): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The client's greeting comes first, its call after that. */
function onceCalled(socket: Socket, act: () => void): void {
  const greeted = greeting().length + SETTINGS_ACK.length;
  let received = 0;
  socket.on("data", ({ length }: Buffer) => {
    if (received <= greeted && received + length > greeted) act();
    received += length;
  });
}

type Answering = (stream: ServerHttp2Stream) => void;

async function answerOf(address: string, framed = false) {
  const target = { path: "/a.B/C", addresses: [address], timeoutMs: 60_000, framed };
  const driver = await openRawDriver([target], { connections: 1 });
  closing.push(() => driver.close());
  return await new Promise<{ status: number; message: number[] | undefined }>((resolve) =>
    driver.send(newCall(framed ? GOOD : MESSAGE), (status, message) =>
      resolve({ status, message: message && [...message] }),
    ),
  );
}

async function answerBy(answering: Answering, options: ServerOptions = {}) {
  const server = createServer(options);
  server.on("stream", (stream: ServerHttp2Stream) => answering(stream.on("error", () => {})));
  return await answerOf(await listening(server));
}

/** Ends with this body and these trailers. */
function ended(body: Buffer, trailers: OutgoingHttpHeaders = { "grpc-status": "0" }): Answering {
  return (stream) => {
    stream.respond(HEAD, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(body);
  };
}

const withLength = (length: number) => {
  const body = Buffer.from(GOOD);
  body.writeUInt32BE(length, 1);
  return body;
};
const COMPRESSED = Buffer.from(GOOD).fill(1, 0, 1);
const INTERNAL = 13;

it.each([
  ["no message", Buffer.alloc(0)],
  ["a message shorter than it says", withLength(100)],
  ["one that is longer", withLength(1)],
  ["two messages", Buffer.concat([GOOD, GOOD])],
  ["a compressed one", COMPRESSED],
])("OK with %s is no good answer to a unary call", async (_, body) => {
  expect(await answerBy(ended(body))).toEqual({ status: INTERNAL, message: undefined });
});

it("OK of a stream that is cut off is none either", async () => {
  const server = createServer();
  const bodies = [Buffer.alloc(0), Buffer.concat([GOOD, GOOD]), withLength(100), COMPRESSED];
  const left = bodies.values();
  server.on("stream", (stream: ServerHttp2Stream) => ended(left.next().value ?? GOOD)(stream));
  const address = await listening(server);
  const statuses: number[] = [];
  for (const _ of bodies) statuses.push((await answerOf(address, true)).status);
  expect(statuses).toEqual([0, 0, INTERNAL, INTERNAL]);
});

it("headers of many frames are read, and padding is left out", async () => {
  const long = { "grpc-status": "0", "x-long": "y".repeat(40_000) };
  const padded = { paddingStrategy: constants.PADDING_STRATEGY_MAX };
  for (const answer of [await answerBy(ended(GOOD, long)), await answerBy(ended(GOOD), padded)]) {
    expect(answer).toEqual({ status: 0, message: [...MESSAGE] });
  }
});

it.each([
  [401, 16],
  [404, 12],
  [418, 2],
  [503, 14],
])("HTTP %i in place of gRPC is status %i, with a page or without", async (http, status) => {
  const bare: Answering = (stream) => stream.respond({ ":status": http }, { endStream: true });
  const page: Answering = (stream) => {
    stream.respond({ ":status": http, "content-type": "text/html" });
    stream.end("<html>");
  };
  for (const answering of [bare, page]) expect((await answerBy(answering)).status).toBe(status);
});

it("a connection that speaks no HTTP/2 any more ends its calls", async () => {
  const settings = frame(FRAME.settings, 0, 0, new Uint8Array());
  const wrong = frame(FRAME.headers, 4, 1, Buffer.from([0xff, 0xff, 0xff]));
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.write(settings);
    onceCalled(socket, () => socket.write(wrong));
  });
  expect((await answerOf(await listening(server))).status).toBe(14);
});

it("a message larger than what the server takes at once goes in pieces", async () => {
  const large = new Uint8Array(300_000).fill(7);
  const received: number[] = [];
  const server = createServer({ settings: { initialWindowSize: 20_000 } });
  server.on("stream", (stream: ServerHttp2Stream) => {
    let bytes = 0;
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    stream.on("end", () => {
      received.push(bytes);
      ended(GOOD)(stream);
    });
  });
  const target = { path: "/a.B/C", addresses: [await listening(server)], timeoutMs: 60_000 };
  const driver = await openRawDriver([target], { connections: 1 });
  closing.push(() => driver.close());
  const answers = [large, MESSAGE, large].map(
    (message) =>
      new Promise<number>((resolve) => driver.send(newCall(message), (status) => resolve(status))),
  );
  expect(await Promise.all(answers)).toEqual([0, 0, 0]);
  expect(received.toSorted((a, b) => a - b)).toEqual([7, 300_005, 300_005]);
});

it("what a server that goes away does not look at any more has ended", async () => {
  const settings = frame(FRAME.settings, 0, 0, new Uint8Array());
  const goaway = frame(FRAME.goaway, 0, 0, new Uint8Array(8));
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.write(settings);
    onceCalled(socket, () => socket.write(goaway)); // and the connection stays
  });
  expect((await answerOf(await listening(server))).status).toBe(14);
});

it("a server that takes so many calls a connection, as proxies do, refuses none", async () => {
  const server = createServer();
  let connections = 0;
  server.on("session", (session) => {
    session.on("error", () => {});
    connections++;
    session.once("stream", () => session.close()); // one call each
  });
  server.on("stream", (stream: ServerHttp2Stream) => ended(GOOD)(stream));
  const target = { path: "/a.B/C", addresses: [await listening(server)], timeoutMs: 60_000 };
  const driver = await openRawDriver([target], { connections: 1 });
  closing.push(() => driver.close());
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) {
    const call = newCall(MESSAGE);
    statuses.push(await new Promise<number>((resolve) => driver.send(call, resolve)));
  }
  expect([statuses, connections >= 5]).toEqual([[0, 0, 0, 0, 0], true]);
});

it("a server that announces no limit of streams has none", async () => {
  const waiting: ServerHttp2Stream[] = [];
  const server = createServer({ settings: { enablePush: false } });
  server.on("stream", (stream: ServerHttp2Stream) => {
    waiting.push(stream);
    if (waiting.length === 150) for (const one of waiting) ended(GOOD)(one);
  });
  const target = { path: "/a.B/C", addresses: [await listening(server)], timeoutMs: 60_000 };
  const driver = await openRawDriver([target], { connections: 1 });
  closing.push(() => driver.close());
  const answers = Array.from(
    { length: 150 },
    () => new Promise<number>((resolve) => driver.send(newCall(MESSAGE), resolve)),
  );
  expect(new Set(await Promise.all(answers))).toEqual(new Set([0]));
});

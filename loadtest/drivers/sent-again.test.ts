import { constants, createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { STREAM_RESET } from "../measure/outcome/lost.ts";
import { newCall } from "./ceiling.ts";
import type { Done, Driver } from "./driver.ts";
import { openGrpcDriver } from "./grpc/grpc-driver.ts";
import { openHttp2Driver } from "./http/http2-driver.ts";
import { FrameReader } from "./http2/frame-reader.ts";
import { FRAME, frame, PREFACE } from "./http2/frames.ts";
import { openRawDriver } from "./http2/raw-driver.ts";
import type { Line } from "./line.ts";
import { LinePool } from "./line-pool.ts";
import { sentAgainSentences, UNSEEN } from "./sent-again.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const EMPTY_MESSAGE = Buffer.alloc(5);

/** Answers as gRPC does, when it has refused so many streams. */
function answering(refusals: number): Http2Server {
  let refused = 0;
  const server = createServer();
  server.on("session", (session) => session.on("error", () => {}));
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.on("error", () => {});
    if (refused++ < refusals) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(EMPTY_MESSAGE);
  });
  return server;
}

/** Of so many connections it looks at no stream, and goes away when one comes; others are answered. */
function goingAway(refusals: number): Server {
  const server = answering(0);
  let refused = 0;
  return createTcpServer((socket) => {
    if (refused++ >= refusals) {
      server.emit("connection", socket);
      return;
    }
    socket.on("error", () => {});
    socket.write(frame(FRAME.settings, 0, 0, new Uint8Array()));
    const reader = new FrameReader();
    let unread = PREFACE.length;
    socket.on("data", (chunk: Buffer) => {
      const frames = chunk.subarray(Math.min(unread, chunk.length));
      unread = Math.max(0, unread - chunk.length);
      reader.read(frames, (type) => {
        if (type === FRAME.headers) socket.write(frame(FRAME.goaway, 0, 0, new Uint8Array(8)));
      });
    });
  });
}

const REFUSALS = {
  "by REFUSED_STREAM": answering,
  "by going away before it": goingAway,
} as const;

async function listening(server: Pick<Server, "listen" | "address" | "close">): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const UNAVAILABLE = 14;
const DRIVERS = {
  raw: { open: openRawDriver, refused: UNAVAILABLE },
  "grpc-js": { open: openGrpcDriver, refused: UNAVAILABLE },
  "HTTP/2": { open: openHttp2Driver, refused: STREAM_RESET },
} as const;

async function statusBy(name: keyof typeof DRIVERS, address: string) {
  const target = { path: "/a.B/C", addresses: [address], timeoutMs: 60_000 };
  const driver: Driver = await DRIVERS[name].open([target], { connections: 1 });
  closing.push(() => driver.close());
  const call = { ...newCall(new Uint8Array()), parts: {} };
  const status = await new Promise<number>((resolve) => driver.send(call, resolve));
  return [status, driver.sentAgain?.()];
}

const NAMES = Object.keys(DRIVERS) as (keyof typeof DRIVERS)[];

describe.each(NAMES)("by %s a call that the server refuses unseen", (name) => {
  it.each(Object.entries(REFUSALS))("goes once more, and no more: %s", async (_, refusing) => {
    expect(await statusBy(name, await listening(refusing(1)))).toEqual([0, 1]);
    const { refused } = DRIVERS[name];
    expect(await statusBy(name, await listening(refusing(2)))).toEqual([refused, 1]);
  });
});

it("counts as it left first, and what it waited for before", () => {
  const state = { micros: 0, isFull: true };
  const dones: Done[] = [];
  const line: Line = {
    tryWrite(call, done) {
      if (state.isFull) return "slot";
      call.writtenMicros = state.micros;
      dones.push(done);
      return () => undefined;
    },
  };
  const pool = new LinePool([[line]], { nowMicros: () => state.micros });
  const [answered, given] = [newCall(EMPTY_MESSAGE), newCall(EMPTY_MESSAGE)];
  const statuses: number[] = [];
  for (const call of [answered, given]) pool.send(call, (status) => statuses.push(status));
  const passes = (micros: number, isFull: boolean) => {
    Object.assign(state, { micros, isFull });
    if (!isFull) pool.roomMade();
  };
  passes(100, false);
  passes(300, true);
  for (const done of dones.splice(0)) done(UNSEEN, undefined);
  passes(900, false);
  dones[0](0, undefined);
  pool.cancel(given);
  expect(statuses).toEqual([0]);
  for (const call of [answered, given]) {
    expect(call).toMatchObject({ writtenMicros: 100, slotWaitMicros: 100, flowWaitMicros: 0 });
  }
});

it("says so in a sentence, or nothing", () => {
  expect(sentAgainSentences(0)).toEqual([]);
  expect(sentAgainSentences(1)[0]).toMatch(
    /^1 call was sent once more, for the server had refused/,
  );
  expect(sentAgainSentences(2)[0]).toMatch(/^2 calls were sent once more/);
});

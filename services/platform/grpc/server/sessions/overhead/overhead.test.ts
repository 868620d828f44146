import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../../../../test/support/until.ts";
import { COUNTERS } from "../../../../../model/metrics.ts";
import { ManualClock } from "../../../../clock/manual-clock.ts";
import { createLogger } from "../../../../telemetry/logger.ts";
import { valueIn } from "../../../../telemetry/read-exposition.ts";
import { readCredentials } from "../../../credentials/open-credentials.ts";
import { TestAuthority, TestCertsFolder } from "../../../credentials/testing/certificates.ts";
import { type Echo, startEcho } from "../../../testing/echo-server.ts";
import {
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  OPENING,
  RST_STREAM,
} from "../../../testing/raw-frames.ts";

const SAY = "/tidings.test.v1.EchoService/Say";
const FRAME_BYTES = 16_384;
/** All that the HTTP/2 library takes behind one head. */
const CONTINUATIONS = 8;
/** Of HPACK's dynamic table, the newest entry: a byte on the wire, and here 4,000 when it is decoded. */
const NEWEST = 0xbe;
/** ":method: POST", ":scheme: http", ":path: /", and "x" with 4,000 bytes, which stays in the table. */
const FIRST = Buffer.from(["838684", "4001787fa11e", "79".repeat(4_000)].join(""), "hex");

let open: AsyncDisposableStack;
let clock: ManualClock;
beforeEach(() => {
  open = new AsyncDisposableStack();
  clock = new ManualClock();
});
afterEach(() => open.disposeAsync());

interface World {
  readonly echo: Echo;
  /** A connection of whoever says what bytes are on it. */
  readonly dial: () => Promise<Socket>;
}

async function startPlain(): Promise<World> {
  const echo = open.use(await startEcho({}, { server: { clock } }));
  const dial = async () => {
    const socket = connect({ host: "127.0.0.1", port: echo.server.port });
    await once(socket, "connect");
    return socket;
  };
  return { echo, dial };
}

async function startTls(): Promise<World> {
  const folder = open.use(await TestCertsFolder.create());
  const authority = await TestAuthority.create();
  const credentialsOf = async (service: "post" | "gateway") => {
    await folder.write(service, await authority.svid(service));
    return readCredentials(service, { tls: "1", certsDir: folder.path });
  };
  const [post, gateway] = [await credentialsOf("post"), await credentialsOf("gateway")];
  const accessTo = () => ({ byItself: ["gateway" as const], forUser: [] });
  const server = { clock, credentials: post, accessTo, log: createLogger("test", "silent") };
  const client = { credentials: gateway, to: "post" };
  const echo = open.use(await startEcho({}, { server, client }));
  const dial = async () => {
    const socket = connectTls({
      ...{ ...gateway.tls?.context, host: "127.0.0.1", port: echo.server.port },
      ...{ ALPNProtocols: ["h2"], checkServerIdentity: () => undefined },
    });
    await once(socket, "secureConnect");
    return socket;
  };
  return { echo, dial };
}

/** A head that decodes to half a GiB. */
function bomb(stream: number): Buffer {
  const references = Buffer.alloc(FRAME_BYTES, NEWEST);
  const frames = Array.from({ length: CONTINUATIONS }, (_, i) => {
    const flags = i === CONTINUATIONS - 1 ? END_HEADERS : 0;
    return frame(CONTINUATION, flags, stream, references);
  });
  return Buffer.concat([frame(HEADERS, END_STREAM, stream, references), ...frames]);
}

/** Sends heads for as long as they are taken; `next`: on which stream the next one is. */
async function throwBombs(dial: World["dial"], next: (bombs: number) => number): Promise<Socket> {
  const socket = await dial();
  socket.on("error", () => {}).resume();
  open.adopt(socket, (one) => {
    one.destroy();
  });
  socket.write(OPENING);
  socket.write(frame(HEADERS, END_HEADERS | END_STREAM, 1, FIRST));
  socket.write(frame(RST_STREAM, 0, 1, Buffer.alloc(4)));
  let bombs = 0;
  const throwMore = () => {
    while (socket.write(bomb(next(bombs++))));
  };
  socket.on("drain", throwMore);
  throwMore();
  return socket;
}

async function heldUp({ metrics }: Echo): Promise<number> {
  return valueIn(await metrics.registry.metrics(), COUNTERS.connectionsHeldUp.name);
}

function taken({ bytesWritten, writableLength }: Socket): number {
  return bytesWritten - writableLength;
}

/** Others call until nothing more is taken of what this one sends. */
async function untilNotRead(socket: Socket, { client }: Echo): Promise<void> {
  let before: number;
  do {
    before = taken(socket);
    for (let calls = 0; calls < 20; calls++) await client.say({ text: "hello" });
  } while (taken(socket) > before);
}

const KINDS = [
  { kind: "in plaintext", start: startPlain },
  { kind: "by TLS", start: startTls },
];
const WAYS = [
  { way: "each on a stream of its own", next: (bombs: number) => 3 + 2 * bombs },
  { way: "behind the end of their stream", next: () => 1 },
];

describe.each(KINDS)("a connection $kind", ({ start }) => {
  it.each(WAYS)(
    "that sends heads which decode to very much, $way, is read no faster than it may send them",
    async ({ next }) => {
      const { echo, dial } = await start();
      const socket = await throwBombs(dial, next);
      await until(async () => {
        await echo.client.say({ text: "hello" });
        return (await heldUp(echo)) === 1;
      });
      await untilNotRead(socket, echo);
      expect(await heldUp(echo)).toBe(1);
      const before = taken(socket);
      await clock.advance(1_000);
      await until(() => taken(socket) > before);
      expect(socket.destroyed).toBe(false);
    },
  );

  it("that sends messages is always read, however many and large they are", async () => {
    const { echo } = await start();
    const text = "x".repeat(200_000);
    for (let sent = 0; sent < 100; sent++) {
      expect((await echo.client.say({ text })).text).toHaveLength(text.length);
    }
    expect(await heldUp(echo)).toBe(0);
  });
});

it("a connection is read, too, whose calls are refused with their messages, or have long heads", async () => {
  const { echo } = await startPlain();
  const session = connectHttp2(`http://${echo.server.address}`);
  open.defer(() => session.destroy());
  const headers = { ":method": "POST", ":path": SAY, "content-type": "application/grpc" };
  const refused = { ...headers, te: "trailers", "x-large": "x".repeat(20_000) };
  const long = { ...headers, te: "trailers", "x-long": "x".repeat(12_000) };
  for (let sent = 0; sent < 100; sent++) {
    for (const head of [refused, long]) {
      const call = session.request(head);
      call
        .on("error", () => {})
        .resume()
        .end(Buffer.alloc(10_000));
      await once(call, "response");
    }
  }
  expect(await heldUp(echo)).toBe(0);
});

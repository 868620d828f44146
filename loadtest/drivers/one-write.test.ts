import { Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newCall } from "./ceiling.ts";
import type { Driver } from "./driver.ts";
import { FLAG, FRAME, FRAME_HEADER_BYTES } from "./http2/frames.ts";
import { openRawDriver } from "./http2/raw-driver.ts";
import { startNullServer } from "./null-server/start.ts";
import { openRestDriver } from "./rest/rest-driver.ts";

const CALLS = 40;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).reverse()) await close();
});

async function addressOf(protocol: "grpc" | "http"): Promise<string> {
  const server = await startNullServer({ protocol });
  closing.push(server.stop);
  return server.address;
}

/** Sockets join what piles up in their stream, by this. Node's types leave it out. */
const SOCKETS: { _writev(...args: unknown[]): void } = Socket.prototype as never;

/** What sockets to this address are given to write, one piece a write, and how often some were joined. */
function writesTo(address: string) {
  const port = Number(address.split(":")[1]);
  const writes: Buffer[] = [];
  const { write } = Socket.prototype;
  vi.spyOn(Socket.prototype, "write").mockImplementation(function (this: Socket, ...args) {
    if (this.remotePort === port) writes.push(Buffer.from(args[0] as string));
    return write.apply(this, args);
  });
  const joined = vi.spyOn(SOCKETS, "_writev");
  return { writes, joined };
}

/** Calls of one turn of the event loop, and then calls that come one by one. */
async function sendAll(driver: Driver, message: Uint8Array): Promise<void> {
  closing.push(() => driver.close());
  const answer = () =>
    new Promise<void>((resolve) => driver.send(newCall(message), () => resolve()));
  await Promise.all(Array.from({ length: CALLS / 2 }, answer));
  for (let i = 0; i < CALLS / 2; i++) await answer();
}

describe("calls are never joined: one write each", () => {
  it("by the raw driver, of one HEADERS and one DATA frame", async () => {
    const address = await addressOf("grpc");
    const target = { path: "/a.B/C", addresses: [address], timeoutMs: 60_000 };
    const driver = await openRawDriver([target], { connections: 1 });
    const { writes, joined } = writesTo(address);
    await sendAll(driver, Uint8Array.of(8, 42));
    expect([writes.length, joined.mock.calls.length]).toEqual([CALLS, 0]);
    expect(writes.map(framesOf)).toEqual(
      Array.from({ length: CALLS }, (_, i) => [
        { type: FRAME.headers, flags: FLAG.endHeaders, stream: 2 * i + 1 },
        { type: FRAME.data, flags: FLAG.endStream, stream: 2 * i + 1 },
      ]),
    );
  });

  it("by the REST driver, of one request", async () => {
    const address = await addressOf("http");
    const driver = await openRestDriver([{ addresses: [address] }], { connections: 4 });
    const { writes, joined } = writesTo(address);
    const request = { method: "POST", path: "/v1/posts", body: { text: "hi" } };
    await sendAll(driver, Buffer.from(JSON.stringify(request)));
    expect([writes.length, joined.mock.calls.length]).toEqual([CALLS, 0]);
    for (const write of writes) {
      expect(write.toString()).toMatch(/^POST \/v1\/posts HTTP\/1\.1\r\n[^{]+\{"text":"hi"\}$/);
    }
  });
});

function framesOf(bytes: Buffer) {
  const frames = [];
  for (let at = 0; at < bytes.length; at += FRAME_HEADER_BYTES + bytes.readUIntBE(at, 3)) {
    const stream = bytes.readUInt32BE(at + 5);
    frames.push({ type: bytes[at + 3], flags: bytes[at + 4], stream });
  }
  return frames;
}

import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Call, type Driver, monotonicClock, type Target } from "./driver.ts";
import { openGrpcDriver } from "./grpc/grpc-driver.ts";
import { openRawDriver } from "./http2/raw-driver.ts";
import { startNullServer } from "./null-server/start.ts";

const DRIVERS = { "raw HTTP/2": openRawDriver, "grpc-js": openGrpcDriver };
const PATH = "/tidings.post.v1.PostService/CreatePost";
const MESSAGE = Uint8Array.of(8, 42);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function nullServer(maxStreams = 100) {
  const server = await startNullServer({ messageHex: "082a", maxStreams });
  closing.push(server.stop);
  return server;
}

function targetOf(address: string): Target {
  return { path: PATH, addresses: [address], timeoutMs: 10_000 };
}

function newCall(message: Uint8Array = MESSAGE): Call {
  return { operation: 0, message, writtenMicros: -1, slotWaitMicros: 0, flowWaitMicros: 0 };
}

function answerTo(driver: Driver, call: Call) {
  return new Promise<{ status: number; message: Uint8Array | undefined }>((resolve) =>
    driver.send(call, (status, message) => resolve({ status, message })),
  );
}

/** A port where nothing listens. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

describe.each(Object.entries(DRIVERS))("the %s driver", (name, open) => {
  async function driverFor(address: string, connections = 1) {
    const driver = await open([targetOf(address)], { connections });
    closing.push(() => driver.close());
    return driver;
  }

  it("sends calls and says when each was written", async () => {
    const { address } = await nullServer();
    const driver = await driverFor(address, 2);
    expect([driver.name, driver.capacity]).toEqual([name, 200]);
    const before = monotonicClock.nowMicros();
    const calls = Array.from({ length: 50 }, () => newCall());
    const answers = await Promise.all(calls.map((call) => answerTo(driver, call)));
    for (const { status, message } of answers) {
      expect([status, [...(message ?? [])]]).toEqual([0, [8, 42]]);
    }
    for (const call of calls) {
      expect(call.writtenMicros).toBeGreaterThanOrEqual(before);
      expect([call.slotWaitMicros, call.flowWaitMicros]).toEqual([0, 0]);
    }
  });

  it("lets calls wait for a stream slot, and counts that apart", async () => {
    const { address } = await nullServer();
    const driver = await driverFor(address);
    const calls = Array.from({ length: 250 }, () => newCall());
    const answers = await Promise.all(calls.map((call) => answerTo(driver, call)));
    expect(answers.every(({ status }) => status === 0)).toBe(true);
    expect(calls.slice(0, 100).every((call) => call.slotWaitMicros === 0)).toBe(true);
    expect(calls.slice(100).every((call) => call.slotWaitMicros > 0)).toBe(true);
    expect(calls.every((call) => call.flowWaitMicros === 0)).toBe(true);
  });

  it("gives up waiting calls and calls in flight, without an answer", async () => {
    const { address } = await nullServer();
    const driver = await driverFor(address);
    const answered: number[] = [];
    const calls = Array.from({ length: 150 }, () => newCall());
    calls.forEach((call, i) => {
      driver.send(call, () => answered.push(i));
    });
    for (const i of [0, 120]) driver.cancel(calls[i]!);
    await answerTo(driver, newCall());
    expect(answered.toSorted((a, b) => a - b)).toEqual(
      calls.map((_, i) => i).filter((i) => i !== 0 && i !== 120),
    );
    expect(calls[120]!.writtenMicros).toBe(-1);
  });

  it("sends messages of many frames", async () => {
    const { address } = await nullServer();
    const driver = await driverFor(address);
    const large = newCall(new Uint8Array(200_000));
    expect(await answerTo(driver, large)).toMatchObject({ status: 0 });
  });

  it("fails what is in flight when the target dies, and what is sent after it", async () => {
    const server = await nullServer();
    const driver = await driverFor(server.address);
    process.kill(server.pid, "SIGSTOP");
    const inFlight = answerTo(driver, newCall());
    process.kill(server.pid, "SIGKILL");
    const UNAVAILABLE = 14;
    expect((await inFlight).status).toBe(UNAVAILABLE);
    expect((await answerTo(driver, newCall())).status).toBe(UNAVAILABLE);
  });

  it("says which target can't be reached", async () => {
    const address = await closedAddress();
    await expect(open([targetOf(address)], { connections: 1, connectMs: 100 })).rejects.toThrow(
      `No answer from ${address}: is the target running?`,
    );
  });
});

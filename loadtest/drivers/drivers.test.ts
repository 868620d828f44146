import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../test/support/until.ts";
import { newCall as callOf } from "./ceiling.ts";
import { composeDrivers } from "./compose-drivers.ts";
import { type Call, type Driver, monotonicClock, type Target } from "./driver.ts";
import { openGrpcDriver } from "./grpc/grpc-driver.ts";
import { openFreshConnectionDriver } from "./http2/fresh-driver.ts";
import { openRawDriver } from "./http2/raw-driver.ts";
import { type NullServer, type NullServerOptions, startNullServer } from "./null-server/start.ts";
import { openRestDriver } from "./rest/rest-driver.ts";

interface Kind {
  readonly name: string;
  readonly open: typeof openRawDriver;
  /** In flight on each of the two connections that tests ask for. */
  readonly perConnection: number;
  readonly protocol?: "http";
  /** The connection's opening is part of a call, and counted as waiting for flow control. */
  readonly opensForEach?: true;
}

const RAW: Kind = { name: "raw HTTP/2", open: openRawDriver, perConnection: 100 };
const REST: Kind = { name: "REST", open: openRestDriver, perConnection: 1, protocol: "http" };
const KINDS: readonly Kind[] = [
  RAW,
  { name: "grpc-js", open: openGrpcDriver, perConnection: 100 },
  REST,
  {
    name: "fresh HTTP/2 connections",
    open: openFreshConnectionDriver,
    perConnection: 1,
    opensForEach: true,
  },
];
const UNAVAILABLE = 14;
const CONNECTIONS = 2;
/** Nothing listens here: no port that the kernel gives away, so that no other server can get it meanwhile. */
const NOBODY = "127.0.0.1:1";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function targetOf(...addresses: readonly string[]): Target {
  return { path: "/tidings.post.v1.PostService/CreatePost", addresses, timeoutMs: 10_000 };
}

async function serverFor({ protocol }: Kind, options: NullServerOptions = {}): Promise<NullServer> {
  const server = await startNullServer({
    messageHex: "082a",
    maxStreams: 100,
    ...(protocol ? { protocol } : {}),
    ...options,
  });
  closing.push(server.stop);
  return server;
}

async function driverFor(kind: Kind, ...addresses: readonly string[]): Promise<Driver> {
  const driver = await kind.open([targetOf(...addresses)], { connections: CONNECTIONS });
  closing.push(() => driver.close());
  return driver;
}

function newCall({ protocol }: Kind, changes: Partial<Call> = {}): Call {
  const rest = Buffer.from(JSON.stringify({ method: "POST", path: "/v1/posts", body: "hi" }));
  return { ...callOf(protocol === "http" ? rest : Uint8Array.of(8, 42)), ...changes };
}

function answerTo(driver: Driver, call: Call) {
  return new Promise<{ status: number; message: Uint8Array | undefined }>((resolve) =>
    driver.send(call, (status, message) => resolve({ status, message })),
  );
}

/** A port where nothing listens. */

describe.each(KINDS)("the $name driver", (kind) => {
  const capacity = CONNECTIONS * kind.perConnection;

  it("sends calls and says when each was written", async () => {
    const { address } = await serverFor(kind);
    const driver = await driverFor(kind, address);
    expect([driver.name, driver.capacity]).toEqual([kind.name, capacity]);
    const before = monotonicClock.nowMicros();
    const calls = Array.from({ length: Math.min(50, capacity) }, () => newCall(kind));
    const answers = await Promise.all(calls.map((call) => answerTo(driver, call)));
    for (const { status, message } of answers) {
      expect([status, [...(message ?? [])]]).toEqual([0, [8, 42]]);
    }
    for (const call of calls) {
      expect(call.writtenMicros).toBeGreaterThanOrEqual(before);
      expect(call.slotWaitMicros).toBe(0);
      expect(call.flowWaitMicros > 0).toBe(kind.opensForEach ?? false);
    }
  });

  it("lets calls wait for a slot, and counts that apart", async () => {
    const { address } = await serverFor(kind);
    const driver = await driverFor(kind, address);
    const calls = Array.from({ length: 250 }, () => newCall(kind));
    const answers = await Promise.all(calls.map((call) => answerTo(driver, call)));
    expect(answers.every(({ status }) => status === 0)).toBe(true);
    expect(calls.slice(0, capacity).every((call) => call.slotWaitMicros === 0)).toBe(true);
    expect(calls.slice(capacity).every((call) => call.slotWaitMicros > 0)).toBe(true);
    if (!kind.opensForEach) expect(calls.every((call) => call.flowWaitMicros === 0)).toBe(true);
  });

  it("gives up waiting calls and calls in flight, without an answer", async () => {
    const { address } = await serverFor(kind);
    const driver = await driverFor(kind, address);
    const answered: number[] = [];
    const calls = Array.from({ length: 250 }, () => newCall(kind));
    calls.forEach((call, i) => {
      driver.send(call, () => answered.push(i));
    });
    for (const i of [0, 220]) driver.cancel(calls[i]);
    await until(() => answered.length >= 248);
    expect((await answerTo(driver, newCall(kind))).status).toBe(0);
    expect(answered.toSorted((a, b) => a - b)).toEqual(
      calls.map((_, i) => i).filter((i) => i !== 0 && i !== 220),
    );
    expect(calls[220].writtenMicros).toBe(-1);
  });

  it("sends to the address that a call names", async () => {
    const servers = await Promise.all(
      ["01", "0202", "030303"].map((messageHex) => serverFor(kind, { messageHex })),
    );
    const driver = await driverFor(kind, ...servers.map(({ address }) => address));
    expect(driver.capacity).toBe(3 * capacity);
    for (const address of [2, 0, 1, 1, 1, 0, 2]) {
      const { message } = await answerTo(driver, newCall(kind, { address }));
      expect(message?.length).toBe(address + 1);
    }
    expect(() => driver.send(newCall(kind, { address: 3 }), () => undefined)).toThrow(
      "a step asks for number 3",
    );
  });

  it("fails what is in flight when the target dies, and sends again when it is back", async () => {
    const server = await serverFor(kind);
    const driver = await driverFor(kind, server.address);
    process.kill(server.pid, "SIGSTOP");
    const inFlight = answerTo(driver, newCall(kind));
    process.kill(server.pid, "SIGKILL");
    expect((await inFlight).status).toBe(UNAVAILABLE);
    await server.stop();
    expect((await answerTo(driver, newCall(kind))).status).toBe(UNAVAILABLE);
    await serverFor(kind, { port: Number(server.address.split(":")[1]) });
    await until(async () => (await answerTo(driver, newCall(kind))).status === 0);
  });

  it("says which target can't be reached, and what to do", async () => {
    const { address } = await serverFor(kind);
    const opening = kind.open([targetOf(address, NOBODY)], { connections: 1, connectMs: 1_000 });
    await expect(opening).rejects.toThrow(
      `No answer from ${NOBODY}: is the target running? Start it with "npm start"`,
    );
  });
});

describe("drivers", () => {
  it.each(KINDS.filter(({ protocol }) => !protocol).slice(0, 2))(
    "of $name send messages of many frames",
    async (kind) => {
      const { address } = await serverFor(kind);
      const driver = await driverFor(kind, address);
      const large = newCall(kind, { message: new Uint8Array(200_000) });
      expect(await answerTo(driver, large)).toMatchObject({ status: 0 });
    },
  );

  it("make one of several, each sending its own operations", async () => {
    const [grpc, http] = await Promise.all([serverFor(RAW), serverFor(REST)]);
    const options = { connections: CONNECTIONS };
    const raw = await openRawDriver([targetOf(grpc.address), undefined], options);
    const rest = await openRestDriver([undefined, targetOf(http.address)], options);
    const both = composeDrivers([raw, rest], (operation) => (operation === 0 ? raw : rest));
    closing.push(() => both.close());
    expect([both.name, both.capacity]).toEqual(["raw HTTP/2 + REST", 202]);
    const waiting = Array.from({ length: 3 }, () => newCall(REST, { operation: 1 }));
    for (const call of waiting) both.send(call, () => expect(call).not.toBe(waiting[2]));
    both.cancel(waiting[2]);
    expect((await answerTo(both, newCall(RAW))).status).toBe(0);
    expect((await answerTo(both, newCall(REST, { operation: 1 }))).status).toBe(0);
  });
});

import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { describe, expect, it } from "vitest";
import { until } from "../../../../../test/support/until.ts";
import { COUNTERS } from "../../../../model/metrics.ts";
import { DEFAULT_GRADIENT } from "../../../admission/gradient-limit.ts";
import { ManualClock } from "../../../clock/manual-clock.ts";
import { valueIn } from "../../../telemetry/read-exposition.ts";
import { connect, createClient } from "../../client/client.ts";
import { type Echo, startEcho } from "../../testing/echo-server.ts";
import { EchoService, type Note } from "../../testing/echo-service.ts";
import { PATIENT } from "../../testing/patient.ts";
import type { GrpcServerOptions } from "../server.ts";

const HELLO: Note = { text: "hello" };
/** As it is sent: its length in four bytes after one that says it is not compressed. */
const WHOLE = Buffer.from("\0\0\0\0\x10" + JSON.stringify(HELLO));
/** What one connection may hold of a server that holds nothing else. */
const ONE_CALLER = DEFAULT_GRADIENT.initial * 0.8;

/** A server whose calls all wait until they are let go. */
async function startStuck(options: Partial<GrpcServerOptions> = {}) {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const say = async (note: Note) => {
    begun++;
    await gate.promise;
    return note;
  };
  const server = { maxConcurrentStreams: 10_000, ...options };
  const echo = await startEcho({ say }, { server });
  /** So many calls, whole and waiting in the server: from here on no window changes what it holds. */
  const held = async (count: number): Promise<readonly Promise<Note>[]> => {
    const patient = { priority: "page", timeoutMs: 60_000 } as const;
    const calls = Array.from({ length: count }, () => echo.client.say(HELLO, patient));
    while (begun < count || (await heldCount(echo)) < count) await new Promise(setImmediate);
    return calls;
  };
  return { echo, release: gate.resolve, held };
}

async function heldCount(echo: Echo): Promise<number> {
  return valueIn(await echo.metrics.registry.metrics(), "tidings_admission_held_calls");
}

async function countOf(echo: Echo, { name }: { readonly name: string }): Promise<number> {
  return valueIn(await echo.metrics.registry.metrics(), name) || 0;
}

describe("a server that has all it can do", () => {
  it("refuses whoever has its share, and says why, who and when to come again", async () => {
    const { echo, release, held } = await startStuck();
    await using _ = echo;
    const calls = await held(ONE_CALLER);
    const more = Array.from({ length: 5 }, () => echo.client.say(HELLO, { priority: "page" }));
    for (const { reason } of (await Promise.allSettled(more)) as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({
        code: "UNAVAILABLE",
        reason: "OVERLOADED",
        metadata: { by: "test", priority: "page", met: "share" },
        message: expect.stringMatching(
          /the caller has its share.*Nothing was begun: come again in \d+ ms/,
        ),
        retryAfterMs: expect.any(Number),
      });
    }
    expect(await countOf(echo, COUNTERS.admissionRefused)).toBe(more.length);
    release();
    await Promise.all(calls);
    expect(await echo.client.say(HELLO)).toEqual(HELLO);
  });

  it("still says that it is well, and opens what is a stream and no flood", async () => {
    const { echo, release, held } = await startStuck();
    await using _ = echo;
    const calls = await held(140);
    await expect(echo.client.say(HELLO, { priority: "rebuild" })).rejects.toMatchObject({
      reason: "OVERLOADED",
      metadata: { met: "limit" },
      message: expect.stringContaining('as "rebuild" there is room for 100'),
    });
    const session = connectHttp2(`http://${echo.server.address}`);
    const headers = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    const check = session.request({ ...headers, ":path": "/grpc.health.v1.Health/Check" });
    check.end(Buffer.alloc(5));
    const [answer] = await once(check, "response");
    expect(answer["grpc-status"]).toBeUndefined();
    session.destroy();
    for await (const note of echo.client.repeat(HELLO, { priority: "live" })) {
      expect(note).toEqual(HELLO);
    }
    release();
    await Promise.all(calls);
  });
});

describe("a server at which one caller opens very many streams at once", () => {
  it("opens a few of them a turn of its loop, and in the end all", async () => {
    const STREAMS = 3_000;
    let [opened, inTurn, most] = [0, 0, 0];
    const repeat = async function* (note: Note) {
      opened++;
      most = Math.max(most, ++inTurn);
      yield note;
    };
    await using echo = await startEcho({ repeat }, { server: { maxConcurrentStreams: 10_000 } });
    const streams = Array.from({ length: STREAMS }, () =>
      echo.client.repeat(HELLO)[Symbol.asyncIterator](),
    );
    const firsts = streams.map((stream) => stream.next());
    while (opened < STREAMS) {
      await new Promise(setImmediate);
      inTurn = 0;
    }
    for (const first of firsts) expect((await first).value).toEqual(HELLO);
    // A reading brings a thousand; two of these turns may be seen as one.
    expect(most).toBeLessThan(200);
  });
});

describe("a server that is busy all the time", () => {
  it("reads whoever is refused and asks again at once no faster than it can refuse", async () => {
    const clock = new ManualClock();
    const { echo, release, held } = await startStuck({
      clock,
      busyMs: () => 2 * performance.now(),
    });
    await using _ = echo;
    const calls = await held(ONE_CALLER);
    const session = connectHttp2(`http://${echo.server.address}`);
    const headers = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    const path = "/tidings.test.v1.EchoService/Say";
    const ask = async () => {
      const call = session.request({ ...headers, ":path": path }).on("error", () => {});
      await new Promise((resolve) => call.end(WHOLE).once("response", resolve));
    };
    const isHeldUp = async () => (await countOf(echo, COUNTERS.admissionHeldUp)) > 0;
    while (!(await isHeldUp())) {
      await Promise.race([Promise.all(Array.from({ length: 100 }, ask)), until(isHeldUp)]);
    }
    let isAnswered = false;
    void ask().then(() => {
      isAnswered = true;
    });
    using channel = connect(echo.server.address, PATIENT);
    const other = createClient(EchoService, channel);
    for (let asked = 0; asked < 20; asked++) {
      expect(await other.tell(HELLO, { priority: "page" })).toEqual(HELLO);
    }
    expect(isAnswered).toBe(false);
    await until(async () => {
      await clock.advance(1_000);
      return isAnswered;
    });
    session.destroy();
    release();
    await Promise.all(calls);
  });
});

describe("a server one of whose methods waits for a store that stands still", () => {
  it("answers the others, and takes no more of what waits than before", async () => {
    const { echo, release, held } = await startStuck();
    await using _ = echo;
    const calls = await held(ONE_CALLER);
    // Refused at first; it waits before it asks again, so that the server's loop has time to spare.
    using channel = connect(echo.server.address, PATIENT);
    const patient = createClient(EchoService, channel);
    expect(await patient.tell(HELLO, { priority: "scroll" })).toEqual(HELLO);
    const more = Array.from({ length: 20 }, () => echo.client.tell(HELLO));
    expect(await Promise.all(more)).toEqual(more.map(() => HELLO));
    expect(await heldCount(echo)).toBe(ONE_CALLER);
    await expect(echo.client.say(HELLO, { priority: "page" })).rejects.toMatchObject({
      reason: "OVERLOADED",
    });
    release();
    await Promise.all(calls);
    while ((await heldCount(echo)) > 0) await new Promise(setImmediate);
  });
});

describe("a request that is half sent", () => {
  it("holds its place no longer than a window", async () => {
    await using echo = await startEcho({}, { server: { maxConcurrentStreams: 10_000 } });
    const session = connectHttp2(`http://${echo.server.address}`);
    const headers = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    const path = "/tidings.test.v1.EchoService/Say";
    for (let i = 0; i < ONE_CALLER / 2; i++) {
      const stream = session.request({ ...headers, ":path": path });
      stream.on("error", () => {});
      stream.write(Buffer.alloc(3));
    }
    // A window may end before all have come: the first have then given their places back already.
    while ((await heldCount(echo)) === 0) await new Promise(setImmediate);
    // Whoever calls next makes the server look.
    while ((await heldCount(echo)) > 0) await echo.client.say(HELLO, { priority: "page" });
    session.destroy();
  });

  it("counts with its caller's others when it is whole", async () => {
    const { echo, release } = await startStuck();
    await using _ = echo;
    const session = connectHttp2(`http://${echo.server.address}`);
    const path = "/tidings.test.v1.EchoService/Say";
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc" };
    const say = () => session.request({ ...headers, te: "trailers", "x-tidings-priority": "page" });
    const streams = Array.from({ length: ONE_CALLER }, say);
    for (const stream of streams) stream.write(WHOLE.subarray(0, 3));
    while ((await heldCount(echo)) === 0) await new Promise(setImmediate);
    // Whoever calls next makes the server look.
    while ((await heldCount(echo)) > 0) {
      for await (const note of echo.client.repeat(HELLO, { priority: "page" })) {
        expect(note).toEqual(HELLO);
      }
    }
    for (const stream of streams) stream.end(WHOLE.subarray(3));
    while ((await heldCount(echo)) < ONE_CALLER) await new Promise(setImmediate);
    const [answer] = await once(say().end(WHOLE), "response");
    expect(decodeURI(answer["grpc-message"])).toMatch(/the caller has its share/);
    release();
    session.destroy();
  });
});

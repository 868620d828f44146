import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { describe, expect, it } from "vitest";
import { COUNTERS } from "../../../../model/metrics.ts";
import { DEFAULT_GRADIENT } from "../../../admission/gradient-limit.ts";
import { type Echo, startEcho } from "../../testing/echo-server.ts";
import type { Note } from "../../testing/echo-service.ts";

const HELLO: Note = { text: "hello" };
/** What one connection may hold of a server that holds nothing else. */
const ONE_CALLER = DEFAULT_GRADIENT.initial * 0.8;

/** A server whose calls all wait until they are let go. */
async function startStuck() {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const say = async (note: Note) => {
    begun++;
    await gate.promise;
    return note;
  };
  const server = { maxConcurrentStreams: 10_000 };
  const echo = await startEcho({ say }, { server });
  return { echo, release: gate.resolve, begun: () => begun };
}

async function refusedCount(echo: Echo): Promise<number> {
  const text = await echo.metrics.registry.metrics();
  const { name } = COUNTERS.admissionRefused;
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

describe("a server that has all it can do", () => {
  it("refuses whoever has its share, and says why, who and when to come again", async () => {
    const { echo, release, begun } = await startStuck();
    await using _ = echo;
    const calls = Array.from({ length: 300 }, () => echo.client.say(HELLO, { priority: "page" }));
    const settled = Promise.allSettled(calls);
    for (const call of calls.slice(ONE_CALLER)) {
      await expect(call).rejects.toMatchObject({
        code: "UNAVAILABLE",
        reason: "OVERLOADED",
        metadata: { by: "test", priority: "page", met: "share" },
        message: expect.stringMatching(
          /the caller has its share.*Nothing was begun: come again in \d+ ms/,
        ),
        retryAfterMs: expect.any(Number),
      });
    }
    release();
    const outcomes = (await settled).map(({ status }) => status);
    expect(outcomes.slice(0, ONE_CALLER)).not.toContain("rejected");
    expect(begun()).toBe(ONE_CALLER);
    expect(await refusedCount(echo)).toBe(300 - ONE_CALLER);
    expect(await echo.client.say(HELLO)).toEqual(HELLO);
  });

  it("still says that it is well, and opens what is a stream and no flood", async () => {
    const { echo, release } = await startStuck();
    await using _ = echo;
    const calls = Array.from({ length: 140 }, () => echo.client.say(HELLO, { priority: "page" }));
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

describe("a request that is half sent", () => {
  it("holds its place no longer than a window", async () => {
    await using echo = await startEcho({}, { server: { maxConcurrentStreams: 10_000 } });
    const session = connectHttp2(`http://${echo.server.address}`);
    const headers = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    const path = "/tidings.test.v1.EchoService/Say";
    const halves = Array.from({ length: ONE_CALLER / 2 }, () => {
      const stream = session.request({ ...headers, ":path": path });
      stream.on("error", () => {});
      stream.write(Buffer.alloc(3));
      return stream;
    });
    const held = async () => {
      const text = await echo.metrics.registry.metrics();
      return Number(/^tidings_admission_held_calls\S* (\d+)/m.exec(text)?.[1]);
    };
    while ((await held()) < halves.length) await new Promise(setImmediate);
    // Whoever calls next makes the server look.
    while ((await held()) > 0) await echo.client.say(HELLO, { priority: "page" });
    session.destroy();
  });
});

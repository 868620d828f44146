import { service as healthService } from "grpc-health-check";
import { describe, expect, it } from "vitest";
import { type Channel, createClient } from "../client/client.ts";
import { startEcho } from "../testing/echo-server.ts";
import type { Note } from "../testing/echo-service.ts";

const HELLO: Note = { text: "hello" };

interface HealthClient {
  Check(request: { service: string }): Promise<{ status: string }>;
  List(request: object): Promise<{ statuses: Record<string, { status: string }> }>;
  Watch(request: { service: string }): AsyncIterable<{ status: string }>;
}

function healthOf(channel: Channel): HealthClient {
  return createClient(healthService, channel) as unknown as HealthClient;
}

describe("health", () => {
  it("speaks for the server, each of its services, and no other", async () => {
    await using echo = await startEcho();
    const health = healthOf(echo.channel);
    const service = "tidings.test.v1.EchoService";
    expect(await health.Check({ service: "" })).toEqual({ status: "SERVING" });
    expect(await health.Check({ service })).toEqual({ status: "SERVING" });
    await expect(health.Check({ service: "other" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(Object.keys((await health.List({})).statuses)).toContain(service);
  });

  it("tells watchers of each change", async () => {
    await using echo = await startEcho();
    const watch = healthOf(echo.channel).Watch({ service: "" })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ status: "SERVING" });
    echo.server.setServing(false);
    expect((await watch.next()).value).toEqual({ status: "NOT_SERVING" });
    echo.server.setServing(true);
    expect((await watch.next()).value).toEqual({ status: "SERVING" });
    await watch.return?.();
  });

  it("lets a service that is not there be watched", async () => {
    await using echo = await startEcho();
    const watch = healthOf(echo.channel).Watch({ service: "other" })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ status: "SERVICE_UNKNOWN" });
    await watch.return?.();
  });
});

describe("a draining server", () => {
  it("finishes the call in flight, and ends an open Watch", async () => {
    const begun = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Note>();
    await using echo = await startEcho(
      {
        say: () => {
          begun.resolve();
          return answer.promise;
        },
      },
      { server: { drainMs: 60_000 } },
    );
    const watch = healthOf(echo.channel).Watch({ service: "" })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ status: "SERVING" });
    const inFlight = echo.client.say(HELLO);
    await begun.promise;
    const drained = echo.server.drain();
    expect((await watch.next()).value).toEqual({ status: "NOT_SERVING" });
    const watchEnd = watch.next();
    answer.resolve(HELLO);
    expect(await inFlight).toEqual(HELLO);
    await expect(watchEnd).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "DRAINING" });
    await drained;
  });

  it("cuts off what does not end in time", async () => {
    const begun = Promise.withResolvers<void>();
    await using echo = await startEcho(
      {
        say: () => {
          begun.resolve();
          return new Promise(() => {});
        },
      },
      { server: { drainMs: 20 } },
    );
    const inFlight = echo.client.say(HELLO);
    await begun.promise;
    await Promise.all([
      echo.server.drain(),
      expect(inFlight).rejects.toMatchObject({
        code: "UNAVAILABLE",
        reason: "DRAINING",
      }),
    ]);
  });

  it("does before it what takes time, in half of its own, and answers meanwhile", async () => {
    await using echo = await startEcho({}, { server: { drainMs: 60_000 } });
    const health = healthOf(echo.channel);
    await echo.server.beforeDrain(async (withinMs) => {
      expect(withinMs).toBeGreaterThan(1_000);
      expect(withinMs).toBeLessThanOrEqual(30_000);
      echo.server.setServing(true);
      expect(await health.Check({ service: "" })).toEqual({ status: "NOT_SERVING" });
      expect(await echo.client.say(HELLO)).toEqual(HELLO);
    });
    await echo.server.drain();
  });

  it("takes new calls while it lingers, and says NOT_SERVING", async () => {
    // Long enough for four calls on a busy machine, and the test lasts as long.
    await using echo = await startEcho({}, { server: { lingerMs: 3_000, drainMs: 60_000 } });
    const health = healthOf(echo.channel);
    await health.Check({ service: "" });
    const drained = echo.server.drain();
    expect(await health.Check({ service: "" })).toEqual({ status: "NOT_SERVING" });
    expect(await echo.client.say(HELLO)).toEqual(HELLO);
    echo.server.setServing(true);
    expect(await health.Check({ service: "" })).toEqual({ status: "NOT_SERVING" });
    await drained;
    await expect(echo.client.say(HELLO, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
  });
});

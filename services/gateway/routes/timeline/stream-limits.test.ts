import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { valueIn } from "../../../platform/telemetry/read-exposition.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";
import { entry, ScriptedWatch } from "../../testing/scripted-watch.ts";

let test: GatewayUnderTest;
let client: AbortController;

beforeEach(async () => {
  client = new AbortController();
  test = await startGatewayUnderTest({
    TIDINGS_GATEWAY_STREAMS_PER_USER: "2",
    TIDINGS_GATEWAY_STREAM_OPENINGS: "5",
  });
});

afterEach(async () => {
  client.abort();
  await test[Symbol.asyncDispose]();
});

async function open(): Promise<Response> {
  return fetch(`${test.url}/v1/timeline/stream`, {
    headers: { authorization: `Bearer ${await test.token()}` },
    signal: client.signal,
  });
}

async function metric(name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${test.gateway.metricsPort}/metrics`);
  return valueIn(await response.text(), name);
}

describe("GET /v1/timeline/stream", () => {
  it("closes its connection also when the client goes while events are being made", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<never>();
    test.services.scripts.post.batchGetPosts = () => {
      asked.resolve();
      return answer.promise;
    };
    const watch = new ScriptedWatch();
    test.services.scripts.timeline.watchTimeline = (request, call) => watch.serve(request, call);
    watch.push([entry(1n)]);
    await open();
    await asked.promise;
    expect(await metric("tidings_gateway_watch_connections")).toBe(1);
    client.abort();
    await watch.cancelled.promise;
    while ((await metric("tidings_gateway_watch_connections")) > 0) {
      await new Promise(setImmediate);
    }
    answer.reject(unavailable("late"));
  });

  it("allows so many streams of one user, and frees a place when one ends", async () => {
    test.services.scripts.timeline.watchTimeline = async function* (_request, call) {
      yield { entries: [entry(1n)], degraded: [] };
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
    };
    await open();
    await open();
    const third = await open();
    expect([third.status, await third.json()]).toEqual([
      429,
      expect.objectContaining({ detail: expect.stringContaining("at most 2") }),
    ]);
    client.abort();
    client = new AbortController();
    while ((await metric("tidings_gateway_live_streams")) > 0) await new Promise(setImmediate);
    expect((await open()).status).toBe(200);
  });

  it("allows so many openings of one user in a window, whatever became of the streams", async () => {
    test.services.scripts.timeline.watchTimeline = () => {
      throw unavailable("being filled");
    };
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await open()).status);
    expect(statuses).toEqual([503, 503, 503, 503, 503, 429]);
    expect((await test.ask({ url: "/v1/friends/count" })).status).not.toBe(429);
  });
});

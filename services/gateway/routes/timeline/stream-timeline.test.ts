import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PostStatus } from "#gen/post/v1/post.ts";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { eventReader } from "../../testing/event-reader.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";
import { entry, ScriptedWatch } from "../../testing/scripted-watch.ts";

const MAX_AGE_MS = 600_000;
const HEARTBEAT_MS = 15_000;

let clock: ManualClock;
let test: GatewayUnderTest;
let watch: ScriptedWatch;
let client: AbortController;

beforeEach(async () => {
  clock = new ManualClock(Date.now());
  client = new AbortController();
  test = await startGatewayUnderTest(
    {
      TIDINGS_GATEWAY_STREAM_MAX_AGE: `${MAX_AGE_MS}ms`,
      TIDINGS_GATEWAY_STREAM_HEARTBEAT: `${HEARTBEAT_MS}ms`,
    },
    clock,
  );
  watch = new ScriptedWatch();
  test.services.scripts.timeline.watchTimeline = (request, call) => watch.serve(request, call);
  test.services.scripts.post.batchGetPosts = async ({ postIds }) => ({
    results: postIds.map((postId) => ({
      postId,
      status: postId === 13n ? PostStatus.DELETED : PostStatus.FOUND,
      post: {
        postId,
        authorId: 2n,
        text: `text ${postId}`,
        createTimeMs: 1n,
        client: "",
        device: "",
        place: undefined,
        deleted: false,
      },
    })),
  });
});

afterEach(async () => {
  client.abort();
  watch.end();
  await test[Symbol.asyncDispose]();
});

async function open(headers: Record<string, string> = {}, lifeMs?: number) {
  const token = await test.token(lifeMs === undefined ? {} : { lifeMs });
  const response = await fetch(`${test.url}/v1/timeline/stream?limit=5`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: client.signal,
  });
  return { response, next: eventReader(response) };
}

/** A stream whose first page, one entry, was read. */
async function openAndReadFirst(lifeMs?: number) {
  watch.push([entry(1n)]);
  const stream = await open({}, lifeMs);
  await stream.next();
  expect(await stream.next()).toMatchObject({ id: "c1" });
  return stream;
}

describe("GET /v1/timeline/stream", () => {
  it("sends the first page oldest first, then what appears, with text and cursors", async () => {
    watch.push([entry(12n), entry(11n)], [DegradedReason.FILLING]);
    const { response, next } = await open();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await next()).toEqual({ retry: "1001" });
    expect(await next()).toMatchObject({ id: "c11", event: "entry" });
    expect(await next()).toMatchObject({
      id: "c12",
      event: "entry",
      data: { post_id: "12", author_id: "2", cursor: "c12", status: "found", text: "text 12" },
    });
    expect(await next()).toEqual({ event: "degraded", data: { degraded: ["filling"] } });
    watch.push([entry(13n), entry(14n)]);
    expect(await next()).toMatchObject({ id: "c14" });
    expect(watch.requests).toEqual([{ viewerId: 1n, limit: 5, resumeCursor: "" }]);
  });

  it("resumes after Last-Event-ID", async () => {
    watch.push([]);
    await open({ "last-event-id": "c11" });
    expect(watch.requests[0]?.resumeCursor).toBe("c11");
  });

  it("gives an id to resume with though there is nothing to show", async () => {
    watch.push([], [], "began");
    watch.push([entry(11n)]);
    const { next } = await open();
    await next();
    expect(await next()).toEqual({ id: "began" });
    expect(await next()).toMatchObject({ id: "c11", event: "entry" });
  });

  it("sends entries without text while the post service is away, and says so", async () => {
    delete test.services.scripts.post.batchGetPosts;
    watch.push([entry(11n)]);
    const { next } = await open();
    await next();
    expect(await next()).toMatchObject({ id: "c11", data: { status: "unknown" } });
    expect(await next()).toMatchObject({ data: { degraded: ["posts_unavailable"] } });
  });

  it("answers an error before the first page as any other request", async () => {
    test.services.scripts.timeline.watchTimeline = () => {
      throw unavailable("being filled");
    };
    const { response } = await open();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });

  it("opens without a first page when there is none within a second", async () => {
    const opening = open();
    while (watch.requests.length === 0) await new Promise(setImmediate);
    await clock.advance(1_000);
    const { response, next } = await opening;
    expect(response.status).toBe(200);
    await next();
    watch.push([entry(1n)]);
    expect(await next()).toMatchObject({ id: "c1" });
  });

  it("beats while nothing happens", async () => {
    const { next } = await openAndReadFirst();
    await clock.advance(HEARTBEAT_MS);
    expect(await next()).toEqual({ comment: "still here" });
  });

  it("ends at its maximum age, and tells the service", async () => {
    const { next } = await openAndReadFirst();
    await clock.advance(MAX_AGE_MS);
    expect(await lastOf(next)).toEqual({
      comment: "the stream has reached its age; resume with Last-Event-ID",
    });
    await watch.cancelled.promise;
  });

  it("ends with its token", async () => {
    const { next } = await openAndReadFirst(60_000);
    await clock.advance(66_000);
    expect(await lastOf(next)).toMatchObject({ comment: expect.stringContaining("its age") });
  });

  it("goes on behind the newest entry when the service ends the stream", async () => {
    const { next } = await openAndReadFirst();
    const former = watch;
    watch = new ScriptedWatch();
    watch.push([entry(2n)]);
    former.end();
    while (watch.requests.length === 0) {
      await new Promise(setImmediate);
      await clock.advance(100);
    }
    expect(watch.requests).toEqual([{ viewerId: 1n, limit: 5, resumeCursor: "c1" }]);
    expect(await next()).toMatchObject({ id: "c2" });
  });

  it("lets go of the service when the client goes", async () => {
    await openAndReadFirst();
    client.abort();
    await watch.cancelled.promise;
  });

  it("ends when the gateway closes, which waits for it", async () => {
    const { next } = await openAndReadFirst();
    const closed = test.gateway.app.close();
    expect(await next()).toMatchObject({ comment: expect.stringContaining("is restarting") });
    expect(await next()).toBeUndefined();
    await closed;
  });
});

async function lastOf(next: () => Promise<object | undefined>) {
  let last: object | undefined;
  for (let event = await next(); event !== undefined; event = await next()) last = event;
  return last;
}

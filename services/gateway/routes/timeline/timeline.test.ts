import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PostStatus } from "#gen/post/v1/post.ts";
import {
  DegradedReason,
  type Entry,
  type GetTimelineRequest,
  TimelineOrder,
} from "#gen/timeline/v1/timeline.ts";
import { makePostId } from "../../../model/ids.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { DEGRADED_REASONS } from "../../schemas/degraded.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

const TIME = "2026-11-21T09:30:00.000Z";
const TIME_MS = Date.parse(TIME);
const AUTHOR = 9_007_199_254_740_993n;
const [FIRST, SECOND] = [makePostId(TIME_MS, 1, 2), makePostId(TIME_MS, 1, 1)];

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest();
});
beforeEach(() => test.services.reset());
afterAll(() => test[Symbol.asyncDispose]());

function entry(postId: bigint, reasons: string[] = []): Entry {
  return { postId, authorId: AUTHOR, cursor: `c${postId}`, reasons };
}

function holdPage(entries: Entry[], nextPageToken = "", degraded: DegradedReason[] = []): void {
  test.services.scripts.timeline.getTimeline = async () => ({ entries, nextPageToken, degraded });
}

function pageRequest(): GetTimelineRequest {
  const call = test.services.calls.find(({ method }) => method === "getTimeline");
  return call?.request as GetTimelineRequest;
}

describe("GET /v1/timeline", () => {
  it("answers ids and times, exactly", async () => {
    holdPage([entry(FIRST), entry(SECOND)], "more", [DegradedReason.FILLING]);
    const { status, body } = await test.ask({ url: "/v1/timeline" });
    expect(status).toBe(200);
    const times = { author_id: String(AUTHOR), create_time: TIME };
    expect(body).toEqual({
      entries: [
        { post_id: String(FIRST), ...times, cursor: `c${FIRST}` },
        { post_id: String(SECOND), ...times, cursor: `c${SECOND}` },
      ],
      next_page_token: "more",
      degraded: ["filling"],
    });
    expect(pageRequest()).toEqual({
      viewerId: 1n,
      fromTimeMs: 0n,
      limit: 20,
      pageToken: "",
      order: TimelineOrder.CHRONOLOGICAL,
    });
  });

  it("has neither token nor degraded at a whole end", async () => {
    holdPage([]);
    expect((await test.ask({ url: "/v1/timeline" })).body).toEqual({ entries: [] });
  });

  it("passes the query on", async () => {
    holdPage([entry(FIRST, ["recency 0.93"])]);
    const query = "limit=200&page_token=abc&order=ranked&from_time=2026-11-21T10:30:00%2B01:00";
    const { body } = await test.ask({ url: `/v1/timeline?${query}`, userId: 7n });
    expect(body.entries[0].reasons).toEqual(["recency 0.93"]);
    expect(pageRequest()).toEqual({
      viewerId: 7n,
      fromTimeMs: BigInt(TIME_MS),
      limit: 200,
      pageToken: "abc",
      order: TimelineOrder.RANKED,
    });
  });

  it.each([
    ["limit=0", "limit", "from 1 to 200"],
    ["limit=201", "limit", "from 1 to 200"],
    ["limit=ten", "limit", "a whole number from 1 to 200"],
    ["limit=1&limit=2", "limit", "a whole number"],
    ["order=best", "order", "must be chronological or ranked"],
    ["from_time=yesterday", "from_time", "RFC 3339"],
    ["from_time=2026-11-21T09:30:00", "from_time", "RFC 3339"],
    ["from_time=1969-01-01T00:00:00Z", "from_time", "after 1970"],
    ["page_tokn=abc", "page_tokn", "not known"],
    ["include=likes", "include", "must be posts"],
  ])("names the field and the limit for ?%s", async (query, field, detail) => {
    const { status, headers, body } = await test.ask({ url: `/v1/timeline?${query}` });
    expect(status).toBe(400);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(body.errors).toEqual([{ field, detail: expect.stringContaining(detail) }]);
  });

  it("names every field that is wrong", async () => {
    const { body } = await test.ask({ url: "/v1/timeline?limit=0&order=best" });
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(["limit", "order"]);
  });

  it("knows every reason of the proto, by its name in lower case", async () => {
    const reasons = Object.values(DegradedReason).filter((reason) => reason > 0);
    holdPage([], "", reasons);
    const { body } = await test.ask({ url: "/v1/timeline" });
    expect(body.degraded).toEqual(DEGRADED_REASONS);
    const names = DEGRADED_REASONS.map((word) => word.toUpperCase());
    expect(names).toEqual(
      Object.entries(DegradedReason)
        .filter(([, reason]) => reason > 0)
        .map(([name]) => name),
    );
  });

  it("hides where the services are when they are away", async () => {
    test.services.scripts.timeline.getTimeline = async () => {
      throw unavailable("connect ECONNREFUSED 10.0.0.7:50053");
    };
    const { status, headers, body } = await test.ask({ url: "/v1/timeline" });
    expect([status, headers["retry-after"], body.title]).toEqual([503, "1", "Unavailable"]);
    expect(JSON.stringify(body)).not.toContain("10.0.0.7");
  });
});

describe("GET /v1/timeline?include=posts", () => {
  const said = { client: "", device: "", place: undefined, deleted: false };

  it("answers text in the same call, without asking for friendship", async () => {
    holdPage([entry(FIRST), entry(SECOND)]);
    test.services.scripts.post.batchGetPosts = async ({ postIds }) => ({
      results: postIds.map((postId) =>
        postId === FIRST
          ? {
              postId,
              status: PostStatus.FOUND,
              post: { postId, authorId: AUTHOR, text: "hello", createTimeMs: 1n, ...said },
            }
          : { postId, status: PostStatus.UNKNOWN, post: undefined },
      ),
    });
    const { body } = await test.ask({ url: "/v1/timeline?include=posts" });
    expect(body.entries).toMatchObject([{ status: "found", text: "hello" }, { status: "unknown" }]);
    expect(body.entries[1].text).toBeUndefined();
    const methods = test.services.calls.map(({ method }) => method);
    expect(methods).not.toContain("batchCheckFriends");
  });

  it("goes on below the token for refills, without from_time", async () => {
    test.services.scripts.timeline.getTimeline = async ({ pageToken }) =>
      pageToken === ""
        ? { entries: [entry(FIRST)], nextPageToken: "below", degraded: [] }
        : { entries: [entry(SECOND)], nextPageToken: "", degraded: [] };
    test.services.scripts.post.batchGetPosts = async ({ postIds }) => ({
      results: postIds.map((postId) => ({
        postId,
        status: postId === FIRST ? PostStatus.DELETED : PostStatus.UNKNOWN,
        post: undefined,
      })),
    });
    const { body } = await test.ask({ url: `/v1/timeline?include=posts&from_time=${TIME}` });
    expect(body.entries.map((one: { post_id: string }) => one.post_id)).toEqual([String(SECOND)]);
    const pages = test.services.calls.filter(({ method }) => method === "getTimeline");
    expect(pages.map(({ request }) => request)).toMatchObject([
      { fromTimeMs: BigInt(TIME_MS), pageToken: "", limit: 20 },
      { fromTimeMs: 0n, pageToken: "below", limit: 1 },
    ]);
  });

  it("shows the page without posts when the post service is down", async () => {
    holdPage([entry(FIRST)]);
    test.services.scripts.post.batchGetPosts = async () => {
      throw unavailable("away");
    };
    const { status, body } = await test.ask({ url: "/v1/timeline?include=posts" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      entries: [{ post_id: String(FIRST), status: "unknown" }],
      degraded: ["posts_unavailable"],
    });
  });
});

describe("GET /v1/timeline/unread", () => {
  it("counts what is newer than a cursor, and names what may be missing", async () => {
    test.services.scripts.timeline.countUnread = async ({ sinceCursor }) => ({
      count: sinceCursor === "seen" ? 3 : 1_000,
      hasMore: sinceCursor === "",
      degraded: sinceCursor === "" ? [DegradedReason.FILLING] : [],
    });
    const since = await test.ask({ url: "/v1/timeline/unread?since_cursor=seen" });
    expect([since.status, since.body]).toEqual([200, { count: 3, has_more: false }]);
    const all = await test.ask({ url: "/v1/timeline/unread" });
    expect(all.body).toEqual({ count: 1_000, has_more: true, degraded: ["filling"] });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Post, PostStatus } from "#gen/post/v1/post.ts";
import { makePostId } from "../../model/ids.ts";
import { alreadyExists, resourceExhausted, unavailable } from "../../platform/grpc/errors.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../testing/gateway-under-test.ts";

const TIME = "2026-11-21T09:30:00.000Z";
const TIME_MS = BigInt(Date.parse(TIME));
const POST_ID = makePostId(Number(TIME_MS), 1, 2);
/** Above 2^53: as a JSON number it would be rounded. */
const VIEWER = 9_007_199_254_740_993n;

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest();
});
beforeEach(() => test.services.reset());
afterAll(() => test[Symbol.asyncDispose]());

function post(postId: bigint, authorId: bigint, change: Partial<Post> = {}): Post {
  return {
    postId,
    authorId,
    text: `text of ${postId}`,
    createTimeMs: TIME_MS,
    client: "",
    device: "",
    place: undefined,
    deleted: false,
    ...change,
  };
}

function holdPosts(...posts: Post[]): void {
  test.services.scripts.post.batchGetPosts = async ({ postIds }) => ({
    results: postIds.map((postId) => {
      const found = posts.find((one) => one.postId === postId);
      const stored = found?.deleted ? PostStatus.DELETED : PostStatus.FOUND;
      return { postId, status: found ? stored : PostStatus.UNKNOWN, post: found };
    }),
  });
}

function befriend(...friends: bigint[]): void {
  test.services.scripts.friend.batchCheckFriends = async ({ otherIds }) => ({
    areFriends: otherIds.map((id) => friends.includes(id)),
  });
}

describe("POST /v1/posts", () => {
  const create = (body: unknown, headers: Record<string, string> = {}) =>
    test.ask({ method: "POST", url: "/v1/posts", body, headers, userId: VIEWER });

  beforeEach(() => {
    test.services.scripts.post.createPost = async () => ({
      postId: POST_ID,
      createTimeMs: TIME_MS,
    });
  });

  it("stores the post as the caller and answers it with exact ids", async () => {
    const said = {
      text: "Coffee? ☕",
      client: "curl/8",
      device: "phone",
      place: { name: "Café", latitude: 48.2, longitude: 16.4 },
    };
    const { status, headers, body } = await create(said);
    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/posts/${POST_ID}`);
    expect(body).toEqual({
      post_id: String(POST_ID),
      author_id: String(VIEWER),
      create_time: TIME,
      ...said,
    });
    expect(test.services.calls[0]?.request).toEqual({ authorId: VIEWER, requestId: "", ...said });
  });

  it("takes the request id from Idempotency-Key or the body, but not two different ones", async () => {
    await create({ text: "a" }, { "idempotency-key": "key-1" });
    await create({ text: "a", request_id: "key-2" });
    expect(test.services.calls.map(({ request }) => request)).toMatchObject([
      { requestId: "key-1" },
      { requestId: "key-2" },
    ]);
    const { status, body } = await create(
      { text: "a", request_id: "b" },
      { "idempotency-key": "a" },
    );
    expect([status, body.errors[0].field]).toEqual([400, "request_id"]);
  });

  it("counts the text in bytes of UTF-8: 1,024 are taken, one more is not", async () => {
    expect((await create({ text: "é".repeat(512) })).status).toBe(201);
    const { status, body } = await create({ text: `${"é".repeat(512)}a` });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { field: "text", detail: "is 1,025 bytes of UTF-8, at most 1,024; shorten it" },
    ]);
  });

  it.each([
    ["no text", {}, "text"],
    ["empty text", { text: "" }, "text"],
    ["a number", { text: 1 }, "text"],
    ["2,000 characters", { text: "a".repeat(2_000) }, "text"],
    ["an unknown field", { text: "a", txt: "b" }, "txt"],
    [
      "a latitude off the earth",
      { text: "a", place: { name: "", latitude: 91, longitude: 0 } },
      "place.latitude",
    ],
    ["a list", [], "body"],
    ["nothing", null, "body"],
  ])("names the field for %s", async (_case, body, field) => {
    const answer = await create(JSON.stringify(body), { "content-type": "application/json" });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it.each([
    ["ill-formed UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    ["half a surrogate pair", '{"text":"a\\ud800"}', /surrogate/],
    ["a truncated body", '{"text":', /not JSON/],
    ["a poisoned object", '{"text":"a","__proto__":{}}', /not JSON/],
  ])("rejects %s", async (_case, body, detail) => {
    const answer = await create(body, { "content-type": "application/json" });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(detail);
    expect(test.services.calls).toEqual([]);
  });

  it("takes a whole surrogate pair written as escapes", async () => {
    const body = '{"text":"\\ud83d\\ude00"}';
    const answer = await create(body, { "content-type": "application/json" });
    expect([answer.status, answer.body.text]).toEqual([201, "😀"]);
  });

  it("passes on conflicts and quotas", async () => {
    test.services.scripts.post.createPost = async () => {
      throw alreadyExists("request_id was used with another text");
    };
    expect((await create({ text: "a" })).status).toBe(409);
    test.services.scripts.post.createPost = async () => {
      throw resourceExhausted("quota of posts", 2_500);
    };
    const { status, headers } = await create({ text: "a" });
    expect([status, headers["retry-after"]]).toEqual([429, "3"]);
  });
});

describe("GET /v1/posts/{post_id}", () => {
  it("shows one's own post without asking for friends", async () => {
    holdPosts(post(POST_ID, VIEWER, { client: "app" }));
    const { status, body } = await test.ask({ url: `/v1/posts/${POST_ID}`, userId: VIEWER });
    expect(status).toBe(200);
    expect(body).toEqual({
      post_id: String(POST_ID),
      author_id: String(VIEWER),
      create_time: TIME,
      text: `text of ${POST_ID}`,
      client: "app",
    });
    expect(test.services.calls.map(({ method }) => method)).toEqual(["batchGetPosts"]);
  });

  it("shows a friend's post, and hides a stranger's as if it did not exist", async () => {
    holdPosts(post(5n, 2n), post(6n, 3n));
    befriend(2n);
    expect((await test.ask({ url: "/v1/posts/5" })).status).toBe(200);
    const strangers = await test.ask({ url: "/v1/posts/6" });
    const missing = await test.ask({ url: "/v1/posts/7" });
    expect([strangers.status, strangers.body.detail]).toEqual([404, "no post 6"]);
    expect([missing.status, missing.body.detail]).toEqual([404, "no post 7"]);
  });

  it.each(["0", "9223372036854775808", "abc", "-1", "1.5", "99999999999999999999"])(
    "rejects the id %s",
    async (id) => {
      const { status, body } = await test.ask({ url: `/v1/posts/${id}` });
      expect([status, body.errors[0].field]).toEqual([400, "post_id"]);
    },
  );
});

describe("DELETE /v1/posts/{post_id}", () => {
  it("deletes as the caller", async () => {
    test.services.scripts.post.deletePost = async () => ({});
    const { status, body } = await test.ask({ method: "DELETE", url: "/v1/posts/5" });
    expect([status, body]).toEqual([204, undefined]);
    expect(test.services.calls[0]?.request).toEqual({ postId: 5n, authorId: 1n });
  });
});

describe("POST /v1/posts:batchGet", () => {
  const batchGet = (...ids: unknown[]) =>
    test.ask({ method: "POST", url: "/v1/posts:batchGet", body: { post_ids: ids } });

  it("answers in order; what is not permitted is unknown, deleted or not", async () => {
    holdPosts(
      post(10n, 1n),
      post(11n, 2n),
      post(12n, 3n),
      post(13n, 2n, { deleted: true, text: "" }),
      post(14n, 3n, { deleted: true, text: "" }),
    );
    befriend(2n);
    const { body } = await batchGet("12", "11", "10", "13", "14", "15", "11");
    expect(
      body.results.map((one: { post_id: string; status: string; post?: object }) => [
        one.post_id,
        one.status,
        one.post !== undefined,
      ]),
    ).toEqual([
      ["12", "unknown", false],
      ["11", "found", true],
      ["10", "found", true],
      ["13", "deleted", false],
      ["14", "unknown", false],
      ["15", "unknown", false],
      ["11", "found", true],
    ]);
    expect(test.services.calls[1]?.request).toEqual({ userId: 1n, otherIds: [3n, 2n] });
  });

  it("shows nothing when friendship cannot be checked", async () => {
    holdPosts(post(11n, 2n));
    test.services.scripts.friend.batchCheckFriends = async () => {
      throw unavailable("10.1.2.3:50052 is away");
    };
    const { status, headers, body } = await batchGet("11");
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.stringify(body)).not.toContain("10.1.2.3");
  });

  it.each([
    ["no ids", [], "post_ids"],
    ["201 ids", Array.from({ length: 201 }, (_, index) => String(index + 1)), "post_ids"],
    ["a number, which may have been rounded", ["1", 2 ** 60], "post_ids[1]"],
    ["an id out of range", ["1", "9223372036854775808"], "post_ids[1]"],
  ])("rejects %s", async (_case, ids, field) => {
    const { status, body } = await batchGet(...ids);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });
});

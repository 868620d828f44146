import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Post, PostStatus } from "#gen/post/v1/post.ts";
import { makePostId } from "../../../model/ids.ts";
import {
  invalidArgument,
  permissionDenied,
  unavailable,
} from "../../../platform/grpc/errors/errors.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

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

  it("tells friends that a post is not theirs, and strangers that there is none", async () => {
    test.services.scripts.post.deletePost = async () => {
      throw permissionDenied("another's post");
    };
    holdPosts(post(5n, 2n), post(6n, 3n));
    befriend(2n);
    expect((await test.ask({ method: "DELETE", url: "/v1/posts/5" })).status).toBe(403);
    expect((await test.ask({ method: "DELETE", url: "/v1/posts/6" })).status).toBe(404);
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

  it("answers for a post whose author was erased, and for those beside it", async () => {
    holdPosts(post(10n, 2n), post(11n, 0n, { deleted: true, text: "" }));
    test.services.scripts.friend.batchCheckFriends = async ({ otherIds }) => {
      if (otherIds.includes(0n)) throw invalidArgument("other_ids", "holds 0", "send ids");
      return { areFriends: otherIds.map(() => true) };
    };
    const { status, body } = await batchGet("10", "11");
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { post_id: "10", status: "found" },
      { post_id: "11", status: "unknown" },
    ]);
    expect((await test.ask({ url: "/v1/posts/11" })).status).toBe(404);
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

describe("GET /v1/posts", () => {
  function listPosts(...ids: readonly bigint[]): void {
    test.services.scripts.post.listAuthorPosts = async ({ authorIds, beforePostId, limit }) => {
      const below = ids.filter((postId) => beforePostId === 0n || postId < beforePostId);
      const posts = below.slice(0, limit).map((postId) => ({ postId, authorId: authorIds[0] }));
      const isWhole = below.length <= limit;
      return { posts, completeFromPostId: isWhole ? 0n : (posts.at(-1)?.postId ?? 0n) };
    };
  }

  it("reads one's own, page by page, without what was deleted meanwhile", async () => {
    const ids = [5n, 4n, 3n].map((step) => POST_ID + step);
    listPosts(...ids);
    holdPosts(...ids.map((postId, i) => post(postId, VIEWER, { deleted: i === 1 })));
    const first = await test.ask({ url: "/v1/posts?limit=2", userId: VIEWER });
    expect(first.body).toMatchObject({
      posts: [{ post_id: String(ids[0]), author_id: String(VIEWER) }],
    });
    const url = `/v1/posts?limit=2&page_token=${first.body.next_page_token}`;
    const second = await test.ask({ url, userId: VIEWER });
    expect(second.body).toEqual({ posts: [expect.objectContaining({ post_id: String(ids[2]) })] });
  });

  it("reads a friend's, and nobody else's", async () => {
    listPosts(POST_ID);
    holdPosts(post(POST_ID, 2n));
    test.services.scripts.friend.batchCheckFriends = async ({ otherIds }) => ({
      areFriends: otherIds.map((id) => id === 2n),
    });
    const friend = await test.ask({ url: "/v1/posts?author_id=2", userId: VIEWER });
    expect(friend.body.posts).toHaveLength(1);
    expect((await test.ask({ url: "/v1/posts?author_id=3", userId: VIEWER })).status).toBe(403);
    expect((await test.ask({ url: "/v1/posts?author_id=0", userId: VIEWER })).status).toBe(400);
  });
});

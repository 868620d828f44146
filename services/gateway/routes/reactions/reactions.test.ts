import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { WatchReactionsResponse } from "#gen/engagement/v1/engagement.ts";
import { PostStatus } from "#gen/post/v1/post.ts";
import { until } from "../../../../test/support/until.ts";
import { present } from "../../../model/invariant.ts";
import { systemClock } from "../../../platform/clock/system-clock.ts";
import { PushStream } from "../../../platform/concurrency/push-stream.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { eventReader } from "../../testing/event-reader.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

/** More than two connections take at one time. */
const STREAMS = 210;

let under: GatewayUnderTest;

beforeAll(async () => {
  under = await startGatewayUnderTest({}, systemClock, true);
});
afterAll(() => under[Symbol.asyncDispose]());
beforeEach(() => {
  under.services.reset();
  const { post, timeline } = under.services.scripts;
  const entries = [5n, 4n].map((postId) => ({
    ...{ postId, authorId: 9n, cursor: String(postId), reasons: [] },
  }));
  timeline.getTimeline = async () => ({ entries, nextPageToken: "", degraded: [] });
  post.batchGetPosts = async ({ postIds }) => ({
    results: postIds.map((postId) => ({
      ...{ postId, status: PostStatus.FOUND },
      post: {
        ...{ postId, authorId: 9n, text: `text ${postId}`, createTimeMs: 0n },
        ...{ client: "", device: "", place: undefined, deleted: false },
      },
    })),
  });
});

const COMMENT = {
  ...{ commentId: 77n, postId: 5n, authorId: 8n, parentId: 0n, text: "hi" },
  createTimeMs: 1_700_000_000_000n,
};
const shown = (postId: bigint) => ({
  ...{ postId, likeCount: 3n, commentCount: 1n, likedByViewer: true },
  newestComments: postId === 5n ? [COMMENT] : [],
});

it("shows reactions with each post of a page, in one call", async () => {
  under.services.scripts.engagement.batchGetReactions = async ({ postIds }) => ({
    reactions: postIds.map(shown),
  });
  const { body } = await under.ask({ url: "/v1/timeline?include=posts" });
  expect(body.degraded).toBeUndefined();
  expect(body.entries[0].reactions).toEqual({
    ...{ like_count: 3, comment_count: 1, liked: true },
    newest_comments: [
      {
        ...{ comment_id: "77", author_id: "8", text: "hi" },
        create_time: "2023-11-14T22:13:20.000Z",
      },
    ],
  });
  expect(body.entries[1].reactions.newest_comments).toEqual([]);
  const asked = under.services.calls.filter(({ method }) => method === "batchGetReactions");
  expect(asked.map(({ request }) => request)).toEqual([
    { viewerId: 1n, postIds: [5n, 4n], newestComments: 2 },
  ]);
});

it("shows posts without reactions when those can't be had, and says so", async () => {
  under.services.scripts.engagement.batchGetReactions = async () => {
    throw unavailable("down");
  };
  const { status, body } = await under.ask({ url: "/v1/timeline?include=posts" });
  expect(status).toBe(200);
  expect(body.degraded).toEqual(["reactions_unavailable"]);
  expect(body.entries).toHaveLength(2);
  expect(body.entries[0].reactions).toBeUndefined();
});

it.each([
  ["one", { url: "/v1/posts/5" }],
  ["a page of one's own", { url: "/v1/posts" }],
  ["those named", { method: "POST", url: "/v1/posts:batchGet", body: { post_ids: ["5"] } }],
] as const)("says so wherever posts are read: %s", async (_, ask) => {
  const { post, friend, engagement } = under.services.scripts;
  friend.batchCheckFriends = async () => ({ areFriends: [true] });
  post.listAuthorPosts = async () => ({
    posts: [{ postId: 5n, authorId: 9n }],
    completeFromPostId: 0n,
  });
  engagement.batchGetReactions = async ({ postIds }) => ({ reactions: postIds.map(shown) });
  expect((await under.ask(ask)).body.degraded).toBeUndefined();
  engagement.batchGetReactions = async () => {
    throw unavailable("down");
  };
  const { status, body } = await under.ask(ask);
  expect([status, body.degraded]).toEqual([200, ["reactions_unavailable"]]);
});

it("waits no longer for reactions than posts may, when the service stands still", async () => {
  await using hasty = await startGatewayUnderTest(
    { TIDINGS_GATEWAY_REACTIONS_TIMEOUT: "10ms" },
    systemClock,
    true,
  );
  const { post, engagement } = hasty.services.scripts;
  post.batchGetPosts = present(under.services.scripts.post.batchGetPosts);
  const standing = Promise.withResolvers<never>();
  // On a busy machine nobody may have asked.
  standing.promise.catch(() => {});
  engagement.batchGetReactions = () => standing.promise;
  const { status, body } = await hasty.ask({ url: "/v1/posts/5", userId: 9n });
  expect([status, body.degraded]).toEqual([200, ["reactions_unavailable"]]);
  standing.reject(unavailable("over"));
});

it("passes likes and comments on", async () => {
  const { engagement } = under.services.scripts;
  engagement.likePost = async () => ({ changed: true });
  engagement.unlikePost = async () => ({ changed: false });
  engagement.createComment = async () => ({ comment: COMMENT });
  engagement.deleteComment = async () => ({});
  engagement.listLikes = async () => ({ userIds: [8n], nextPageToken: "t" });
  engagement.listComments = async () => ({ comments: [COMMENT], nextPageToken: "" });
  const like = await under.ask({ method: "PUT", url: "/v1/posts/5/like" });
  expect(like.body).toEqual({ post_id: "5", changed: true });
  const unlike = await under.ask({ method: "DELETE", url: "/v1/posts/5/like" });
  expect(unlike.body).toEqual({ post_id: "5", changed: false });
  const body = { text: "hi", request_id: "r" };
  const made = await under.ask({ method: "POST", url: "/v1/posts/5/comments", body });
  expect(made).toMatchObject({ status: 201, body: { comment_id: "77", text: "hi" } });
  const removed = await under.ask({ method: "DELETE", url: "/v1/posts/5/comments/77" });
  expect(removed.status).toBe(204);
  const likes = await under.ask({ url: "/v1/posts/5/likes" });
  expect(likes.body).toEqual({ user_ids: ["8"], next_page_token: "t" });
  const comments = await under.ask({ url: "/v1/posts/5/comments?limit=5" });
  expect(comments.body.comments).toHaveLength(1);
  const wrong = await under.ask({
    method: "POST",
    url: "/v1/posts/5/comments",
    body: { text: "" },
  });
  expect(wrong.status).toBe(400);
});

describe("a live stream", () => {
  const leaving = new AbortController();
  afterAll(() => leaving.abort());

  /** The events of a stream that has shown post 5, and what engagement has to tell of it, bit by bit. */
  async function follow() {
    const { timeline, engagement } = under.services.scripts;
    timeline.watchTimeline = async function* (_request, call) {
      const entries = [{ postId: 5n, authorId: 9n, cursor: "5", reasons: [] }];
      yield { entries, degraded: [] };
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
    };
    const told = new PushStream<WatchReactionsResponse>();
    engagement.watchReactions = () => told;
    const authorization = `Bearer ${await under.token()}`;
    const url = `${under.url}/v1/timeline/stream`;
    const response = await fetch(url, { headers: { authorization }, signal: leaving.signal });
    const next = eventReader(response);
    expect(await next()).toMatchObject({ retry: expect.any(String) });
    expect(await next()).toMatchObject({ event: "entry" });
    return {
      next,
      tell: (likeCount: bigint) => told.push({ reactions: [{ ...shown(5n), likeCount }] }),
    };
  }

  it("is told how reactions change", async () => {
    under.services.scripts.friend.batchCheckFriends = async () => ({ areFriends: [true] });
    const { next, tell } = await follow();
    tell(3n);
    const reactions = await next();
    expect(reactions?.event).toBe("reactions");
    expect(reactions?.data).toMatchObject({ post_id: "5", like_count: 3, liked: true });
  });

  it("is told nothing of the posts of who is a friend no more", async () => {
    let areFriends = false;
    const asked: unknown[] = [];
    under.services.scripts.friend.batchCheckFriends = async (request) => {
      asked.push(request);
      return { areFriends: [areFriends] };
    };
    const { next, tell } = await follow();
    tell(1n);
    await until(() => asked.length === 1);
    areFriends = true;
    tell(2n);
    expect((await next())?.data).toMatchObject({ like_count: 2 });
    expect(asked[0]).toEqual({ userId: 1n, otherIds: [9n] });
  });

  it("goes on without reactions while nobody knows who is a friend, and says so", async () => {
    under.services.scripts.friend.batchCheckFriends = async () => {
      throw unavailable("down");
    };
    const { next, tell } = await follow();
    tell(1n);
    const event = await next();
    expect(event).toMatchObject({ event: "degraded" });
    expect(event?.data).toEqual({ degraded: ["reactions_unavailable"] });
  });
});

it("shows reactions on pages, however many live streams follow some", async () => {
  const client = new AbortController();
  const { engagement, timeline } = under.services.scripts;
  engagement.batchGetReactions = async ({ postIds }) => ({ reactions: postIds.map(shown) });
  let following = 0;
  const all = Promise.withResolvers<void>();
  engagement.watchReactions = async function* (_requests, call) {
    following++;
    if (following === STREAMS) all.resolve();
    await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
    yield* [];
  };
  timeline.watchTimeline = async function* (_request, call) {
    yield { entries: [], degraded: [] };
    await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
  };
  const open = async (_: unknown, user: number) => {
    const authorization = `Bearer ${await under.token({ userId: BigInt(user + 1) })}`;
    const url = `${under.url}/v1/timeline/stream`;
    await fetch(url, { headers: { authorization }, signal: client.signal });
  };
  await Promise.all(Array.from({ length: STREAMS }, open));
  await all.promise;
  const { body } = await under.ask({ url: "/v1/timeline?include=posts" });
  expect(body.entries[0].reactions.like_count).toBe(3);
  client.abort();
});

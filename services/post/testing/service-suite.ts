import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { CreatePostRequest, PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import { ACK, type BusMessage, type EventBus } from "../../platform/messaging/bus.ts";
import type { PostService } from "../create.ts";
import { authorErasureSuite } from "./author-erasure-suite.ts";
import { postLogSuite } from "./post-log-suite.ts";

type Env = Readonly<Record<string, string>>;

/** Where a post service stores: empty at first, and still there when the service starts again. */
export interface PostServiceWorld {
  start(env: Env): Promise<PostService>;
  /** The bus that the service publishes on, while it runs. */
  connectBus(channel: Channel): Promise<EventBus>;
  /** After the service was closed. */
  remove(): Promise<void>;
}

/** What the post service promises over gRPC, on any engine. */
export function postServiceSuite(open: () => Promise<PostServiceWorld>): void {
  let world: PostServiceWorld;
  let service: PostService;
  let channel: Channel;
  let posts: Client<typeof PostServiceService>;
  /** A test has started it with variables of its own: the next one has it as all do, however that one ended. */
  let isOtherwise = false;

  /** The tests share one service: each has authors of its own. */
  let author = 0n;
  let other = 1n;

  beforeAll(async () => {
    world = await open();
    await start();
  });
  beforeEach(async () => {
    author += 10n;
    other += 10n;
    if (isOtherwise) await restart();
  });
  afterAll(async () => {
    await stop();
    await world.remove();
  });

  async function start(env: Env = {}): Promise<void> {
    isOtherwise = Object.keys(env).length > 0;
    service = await world.start(env);
    channel = connect(service.grpc.address, PATIENT);
    posts = createClient(PostServiceService, channel);
  }

  async function stop(): Promise<void> {
    channel.close();
    await service.close();
  }

  async function restart(env: Env = {}): Promise<void> {
    await stop();
    await start(env);
  }

  const draft = (authorId: bigint, text: string, requestId = "") =>
    CreatePostRequest.fromPartial({ authorId, text, requestId });

  const statusOf = async (postId: bigint) => {
    const { results } = await posts.batchGetPosts({ postIds: [postId] });
    return results[0].status;
  };

  it("gives a post back as it was sent", async () => {
    const place = { name: "Zürich", latitude: 47.37, longitude: 8.54 };
    const sent = {
      authorId: author,
      text: "Grüezi 👋",
      requestId: "r",
      client: "ios/4",
      device: "d",
      place,
    };
    const { postId, createTimeMs } = await posts.createPost(sent);
    const { results } = await posts.batchGetPosts({ postIds: [postId, 5n, postId] });
    const { authorId, text, client, device } = sent;
    const post = { postId, authorId, text, createTimeMs, client, device, place, deleted: false };
    expect(results).toEqual([
      { postId, status: PostStatus.FOUND, post },
      { postId: 5n, status: PostStatus.UNKNOWN, post: undefined },
      { postId, status: PostStatus.FOUND, post },
    ]);
  });

  it("lists the newest posts of many authors and says how far down it is complete", async () => {
    const ids: bigint[] = [];
    const [one, two, none] = [author, other, author + 2n];
    for (const writer of [one, two, one, author + 3n, two]) {
      ids.push((await posts.createPost(draft(writer, "x"))).postId);
    }
    const list = (authorIds: bigint[], sincePostId: bigint, beforePostId: bigint, limit: number) =>
      posts.listAuthorPosts({ authorIds, sincePostId, beforePostId, limit });
    const all = await list([one, two, none], 0n, 0n, 10);
    expect(all.posts.map(({ postId }) => postId)).toEqual([ids[4], ids[2], ids[1], ids[0]]);
    expect(all.completeFromPostId).toBe(0n);
    const newest = await list([one, two, one], ids[0], 0n, 2);
    expect(newest).toEqual({
      posts: [
        { postId: ids[4], authorId: two },
        { postId: ids[2], authorId: one },
      ],
      completeFromPostId: ids[2],
    });
    const below = await list([one, two], ids[1], ids[4], 2);
    expect(below.posts.map(({ postId }) => postId)).toEqual([ids[2], ids[1]]);
    expect(below.completeFromPostId).toBe(ids[1]);
  });

  it("deletes a post for its author only, once and for good", async () => {
    const { postId } = await posts.createPost(draft(author, "oops", "once"));
    await expect(posts.deletePost({ postId, authorId: other })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    await expect(posts.deletePost({ postId: 5n, authorId: author })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await posts.deletePost({ postId, authorId: author });
    await posts.deletePost({ postId, authorId: author });
    expect(await statusOf(postId)).toBe(PostStatus.DELETED);
    const again = await posts.createPost(draft(author, "oops", "once"));
    expect(again.postId).toBe(postId);
    expect(await statusOf(postId)).toBe(PostStatus.DELETED);
    const list = { authorIds: [author], sincePostId: 0n, beforePostId: 0n, limit: 0 };
    expect((await posts.listAuthorPosts(list)).posts).toEqual([]);
  });

  authorErasureSuite(() => ({ posts, author, other }));

  it("answers a repeated request id with the same post, and refuses another text under it", async () => {
    const both = await Promise.all(
      [1, 2].map(() => posts.createPost(draft(author, "hello", "r-1"))),
    );
    expect(both[0].postId).toBe(both[1].postId);
    await expect(posts.createPost(draft(author, "other", "r-1"))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    expect((await posts.createPost(draft(other, "other", "r-1"))).postId).not.toBe(both[0].postId);
  });

  it("keeps everything over a restart, and its ids go on rising", async () => {
    const first = await posts.createPost(draft(author, "before", "r-1"));
    await restart();
    expect(await statusOf(first.postId)).toBe(PostStatus.FOUND);
    expect((await posts.createPost(draft(author, "before", "r-1"))).postId).toBe(first.postId);
    expect((await posts.createPost(draft(author, "after"))).postId).toBeGreaterThan(first.postId);
  });

  it("refuses who posts too fast, and says when to come back", async () => {
    await restart({ TIDINGS_POST_QUOTA_BURST: "2", TIDINGS_POST_QUOTA_PER_MINUTE: "1" });
    // One after the other, for there is another place each minute.
    await posts.createPost(draft(author, "1"));
    const second = await posts.createPost(draft(author, "2", "r-2"));
    const third = posts.createPost(draft(author, "3"));
    await expect(third).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
    const { retryAfterMs } = await third.catch((error) => error);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    // The same once more is no other post, and another text under its name is none at all.
    expect(await posts.createPost(draft(other, "2", "r-2"))).not.toEqual(second);
    await posts.createPost(draft(other, "2", "r-2"));
    const conflict = posts.createPost(draft(other, "3", "r-2"));
    await expect(conflict).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await posts.createPost(draft(other, "another author"));
  });

  it("publishes an event for each change, with the request id of the call", async () => {
    const { postId } = await posts.createPost(draft(author, "hello"), { requestId: "trace-1" });
    await posts.deletePost({ postId, authorId: author }, { requestId: "trace-2" });
    await service.settle();
    const bus = await world.connectBus(channel);
    const events: Event[] = [];
    const both = Promise.withResolvers<void>();
    const handle = async ({ payload }: BusMessage) => {
      const event = Event.decode(Buffer.from(payload));
      if (event.requestId.startsWith("trace-") && events.push(event) === 2) both.resolve();
      return ACK;
    };
    const consumer = bus.consume("posts.fanout", { prefetch: 10 }, handle);
    await both.promise;
    expect(events).toMatchObject([
      { requestId: "trace-1", event: { value: { postId, authorId: author, deleted: false } } },
      { requestId: "trace-2", event: { value: { postId, authorId: author, deleted: true } } },
    ]);
    await consumer.close();
    await bus.close();
  });

  postLogSuite(() => ({ posts, service, author }));

  it.each([
    ["author_ids", { authorIds: [] }],
    ["author_ids", { authorIds: Array.from({ length: 257 }, () => 1n) }],
    ["author_ids[1]", { authorIds: [1n, 0n] }],
    ["since_post_id", { sincePostId: -1n }],
    ["before_post_id", { beforePostId: -1n }],
    ["limit", { limit: -1 }],
    ["limit", { limit: 1_001 }],
  ])("refuses a list whose %s is wrong, naming it", async (field, wrong) => {
    const request = { authorIds: [1n], sincePostId: 0n, beforePostId: 0n, limit: 0, ...wrong };
    const answer = posts.listAuthorPosts(request);
    await expect(answer).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [{ field }],
    });
  });

  it.each([
    ["post_ids", []],
    ["post_ids", Array.from({ length: 201 }, () => 1n)],
    ["post_ids[0]", [0n]],
  ])("refuses a batch whose %s is wrong, naming it", async (field, postIds) => {
    const answer = posts.batchGetPosts({ postIds });
    await expect(answer).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [{ field }],
    });
  });
}

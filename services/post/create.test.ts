import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Event, EventServiceService } from "#gen/event/v1/event.ts";
import { CreatePostRequest, PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import type { Client } from "../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../platform/grpc/client.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readPostConfig } from "./config.ts";
import { createPostService, type PostService } from "./create.ts";

const log = createLogger("test", "silent");
let dataDir: string;
let service: PostService;
let channel: Channel;
let posts: Client<typeof PostServiceService>;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-post-"));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(dataDir, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  const config = readPostConfig({
    TIDINGS_POST_PORT: "0",
    TIDINGS_POST_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: dataDir,
    ...env,
  });
  service = await createPostService(config, { log });
  channel = connect(service.grpc.address, { log });
  posts = createClient(PostServiceService, channel);
}

async function stop(): Promise<void> {
  channel.close();
  await service.close();
}

const draft = (authorId: bigint, text: string, requestId = "") =>
  CreatePostRequest.fromPartial({ authorId, text, requestId });

const statusOf = async (postId: bigint) => {
  const { results } = await posts.batchGetPosts({ postIds: [postId] });
  return results[0].status;
};

describe("the post service, embedded", () => {
  it("gives a post back as it was sent", async () => {
    const place = { name: "Zürich", latitude: 47.37, longitude: 8.54 };
    const sent = { authorId: 7n, text: "Grüezi 👋", requestId: "r", client: "ios/4", device: "d", place };
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
    for (const author of [1n, 2n, 1n, 3n, 2n]) {
      ids.push((await posts.createPost(draft(author, "x"))).postId);
    }
    const list = (authorIds: bigint[], sincePostId: bigint, beforePostId: bigint, limit: number) =>
      posts.listAuthorPosts({ authorIds, sincePostId, beforePostId, limit });
    const all = await list([1n, 2n, 9n], 0n, 0n, 10);
    expect(all.posts.map(({ postId }) => postId)).toEqual([ids[4], ids[2], ids[1], ids[0]]);
    expect(all.completeFromPostId).toBe(0n);
    const two = await list([1n, 2n, 1n], ids[0], 0n, 2);
    expect(two).toEqual({
      posts: [
        { postId: ids[4], authorId: 2n },
        { postId: ids[2], authorId: 1n },
      ],
      completeFromPostId: ids[2],
    });
    const below = await list([1n, 2n], ids[1], ids[4], 2);
    expect(below.posts.map(({ postId }) => postId)).toEqual([ids[2], ids[1]]);
    expect(below.completeFromPostId).toBe(ids[1]);
  });

  it("deletes a post for its author only, once and for good", async () => {
    const { postId } = await posts.createPost(draft(7n, "oops", "once"));
    await expect(posts.deletePost({ postId, authorId: 8n })).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    await expect(posts.deletePost({ postId: 5n, authorId: 7n })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await posts.deletePost({ postId, authorId: 7n });
    await posts.deletePost({ postId, authorId: 7n });
    expect(await statusOf(postId)).toBe(PostStatus.DELETED);
    const again = await posts.createPost(draft(7n, "oops", "once"));
    expect(again.postId).toBe(postId);
    expect(await statusOf(postId)).toBe(PostStatus.DELETED);
    const list = { authorIds: [7n], sincePostId: 0n, beforePostId: 0n, limit: 0 };
    expect((await posts.listAuthorPosts(list)).posts).toEqual([]);
  });

  it("answers a repeated request id with the same post, and refuses another text under it", async () => {
    const both = await Promise.all([1, 2].map(() => posts.createPost(draft(7n, "hello", "r-1"))));
    expect(both[0].postId).toBe(both[1].postId);
    await expect(posts.createPost(draft(7n, "other", "r-1"))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    expect((await posts.createPost(draft(8n, "other", "r-1"))).postId).not.toBe(both[0].postId);
  });

  it("keeps everything over a restart, and its ids go on rising", async () => {
    const first = await posts.createPost(draft(7n, "before", "r-1"));
    await stop();
    await start();
    expect(await statusOf(first.postId)).toBe(PostStatus.FOUND);
    expect((await posts.createPost(draft(7n, "before", "r-1"))).postId).toBe(first.postId);
    expect((await posts.createPost(draft(7n, "after"))).postId).toBeGreaterThan(first.postId);
  });

  it("refuses who posts too fast, and says when to come back", async () => {
    await stop();
    await start({ TIDINGS_POST_QUOTA_BURST: "2", TIDINGS_POST_QUOTA_PER_MINUTE: "1" });
    await posts.createPost(draft(7n, "1"));
    await posts.createPost(draft(7n, "2"));
    const third = posts.createPost(draft(7n, "3"));
    await expect(third).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
    const { retryAfterMs } = await third.catch((error) => error);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    await posts.createPost(draft(8n, "another author"));
  });

  it("publishes an event for each change, with the request id of the call", async () => {
    const { postId } = await posts.createPost(draft(7n, "hello"), { requestId: "trace-1" });
    await posts.deletePost({ postId, authorId: 7n }, { requestId: "trace-2" });
    await service.settle();
    const events = createClient(EventServiceService, channel);
    const { queues } = await events.getQueueStats({});
    expect(queues.find(({ queue }) => queue === "posts")?.readyCount).toBe(2n);
    const seen: Event[] = [];
    for await (const { deliveries } of events.consume(subscribeTo("posts"))) {
      seen.push(...deliveries.map(({ payload }) => Event.decode(payload)));
      if (seen.length === 2) break;
    }
    expect(seen).toMatchObject([
      { requestId: "trace-1", event: { value: { postId, authorId: 7n, deleted: false } } },
      { requestId: "trace-2", event: { value: { postId, authorId: 7n, deleted: true } } },
    ]);
  });
});

async function* subscribeTo(queue: string) {
  yield { step: { $case: "subscribe" as const, value: { queue, prefetch: 10 } } };
  await new Promise(() => {});
}

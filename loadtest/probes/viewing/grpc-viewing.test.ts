import { expect, it } from "vitest";
import { PostServiceService, PostStatus } from "#gen/post/v1/post.ts";
import { TimelineServiceService, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { Handlers } from "../../../services/platform/grpc/call.ts";
import { NOT_OWNER, unavailable } from "../../../services/platform/grpc/errors/errors.ts";
import { implement, startGrpcServer } from "../../../services/platform/grpc/server/server.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../../services/platform/telemetry/metrics.ts";
import { openGrpcViewing } from "./grpc-viewing.ts";

const { getTimeline, watchTimeline } = TimelineServiceService;
const { batchGetPosts } = PostServiceService;
const METHODS = { getTimeline, watchTimeline };
const POSTS = { batchGetPosts };
const PATIENT = new AbortController().signal;

const options = () => ({
  host: "127.0.0.1",
  port: 0,
  log: createLogger("test", "silent"),
  defaultDeadlineMs: 60_000,
  drainMs: 100,
  // Each server has gauges of its own.
  metrics: createMetrics("test"),
});

const entryFor = (viewerId: bigint) => {
  return { postId: viewerId + 1n, authorId: 7n, cursor: "here", reasons: [] };
};

/** Shows each viewer an entry of their own, and then nothing until the stream is given up. */
function timelines(changes: Partial<Handlers<typeof METHODS>> = {}) {
  const handlers: Handlers<typeof METHODS> = {
    getTimeline: ({ viewerId, limit, pageToken }) => {
      const entries = [{ ...entryFor(viewerId), cursor: `${limit}${pageToken}` }];
      return { entries, nextPageToken: "next", degraded: [] };
    },
    watchTimeline: async function* (
      { viewerId },
      { signal },
    ): AsyncGenerator<WatchTimelineResponse> {
      yield { entries: [entryFor(viewerId)], degraded: [] };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    ...changes,
  };
  return startGrpcServer(options(), [implement(METHODS, handlers)]);
}

it("has a stream for each of more viewers than a connection carries, and pages beside", async () => {
  await using server = await timelines();
  const viewing = openGrpcViewing({ timelineAddresses: [server.address], ownerOf: () => 0 });
  const stop = new AbortController();
  const streams = Array.from({ length: 250 }, (_, i) =>
    viewing.watch(i + 1, "", stop.signal)[Symbol.asyncIterator](),
  );
  const first = await Promise.all(streams.map((stream) => stream.next()));
  expect(first.map(({ value }) => value?.entries[0].postId)).toEqual(
    first.map((_, i) => BigInt(i + 2)),
  );
  const page = await viewing.page(5, 30, "-token");
  expect(page.entries).toMatchObject([{ postId: 6n, cursor: "30-token" }]);
  expect(viewing.posts).toBeUndefined();
  const ends = Promise.allSettled(streams.map((stream) => stream.next()));
  stop.abort();
  expect((await ends).every(({ status }) => status === "rejected")).toBe(true);
  viewing.close();
});

it("goes to who owns the timeline now, streams and pages alike", async () => {
  await using owner = await timelines();
  const refuse = (): never => {
    const metadata = { owner: owner.address };
    throw unavailable("not mine", { reason: NOT_OWNER, metadata });
  };
  await using former = await timelines({ getTimeline: refuse, watchTimeline: refuse });
  const timelineAddresses = [owner.address, former.address];
  const viewing = openGrpcViewing({ timelineAddresses, ownerOf: () => 1 });
  await expect(viewing.page(1, 20, "")).rejects.toThrow("not mine");
  expect(await viewing.page(1, 20, "")).toMatchObject({ nextPageToken: "next" });
  const watch = () => viewing.watch(2, "", PATIENT)[Symbol.asyncIterator]();
  await expect(watch().next()).rejects.toThrow("not mine");
  const stream = watch();
  expect(await stream.next()).toMatchObject({ done: false });
  await stream.return?.();
  viewing.close();
});

it("asks for posts where there is a post service", async () => {
  const unknown = (postId: bigint) => {
    return { postId, status: PostStatus.UNKNOWN, post: undefined };
  };
  const posts = implement(POSTS, {
    batchGetPosts: ({ postIds }) => ({ results: postIds.map(unknown) }),
  });
  await using server = await startGrpcServer(options(), [posts]);
  const addresses = [server.address];
  const viewing = openGrpcViewing({
    timelineAddresses: addresses,
    postAddresses: addresses,
    ownerOf: () => 0,
  });
  expect(await viewing.posts?.([5n, 6n])).toEqual([5n, 6n].map(unknown));
  viewing.close();
});

import { expect, it } from "vitest";
import { DegradedReason, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { postIdOf, userIdOf } from "../model/ids.ts";
import { settledIntervals } from "../model/pulled/pulled-table.ts";
import type { LogHeads } from "./ports.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { FakePostLog, World } from "./testing/world.ts";

const VIEWER = 1n;
const POPULAR = 2n;
const PLAIN = 3n;
/** More rows than the index reads in turn. */
const MANY = 2_100;
const { INDEX_BEHIND } = DegradedReason;

/** Tells when its heads were asked for in vain: the next thing that an index asks for are they. */
class WatchedLog extends FakePostLog {
  readonly refused = Promise.withResolvers<void>();

  override async heads(): Promise<LogHeads> {
    if (this.isDown) this.refused.resolve();
    return super.heads();
  }

  /** Nobody reads it while all these are written. */
  async during<T>(write: () => T): Promise<T> {
    this.isDown = true;
    await this.refused.promise;
    const written = write();
    this.isDown = false;
    return written;
  }
}

/** The viewer's friend is pulled, and has posted before the log goes down, and while it is. */
async function outage(pulled: bigint) {
  const world = new World();
  for (const friend of [POPULAR, PLAIN]) world.befriend(VIEWER, friend);
  const interval = { authorId: userIdOf(pulled), since: postIdOf(1n), until: undefined };
  const postLog = new WatchedLog(world);
  const timeline = await startTimeline(
    {},
    { world, postLog, intervals: settledIntervals([interval]) },
  );
  const nowMs = Date.now() - 60_000;
  let at = 0;
  const post = (author: bigint) => world.post(author, nowMs + at++);
  const first = post(pulled);
  await timeline.service.settle();
  await timeline.client.getTimeline(pageOf(VIEWER));
  return { timeline, post, postLog, first };
}

async function next(stream: AsyncIterator<WatchTimelineResponse>): Promise<WatchTimelineResponse> {
  const { value, done } = await stream.next();
  if (done) throw new Error("the stream has ended");
  return value;
}

it("fills the hole of a stream whose index had not kept up, after saying so", async () => {
  const { timeline, post, postLog, first } = await outage(POPULAR);
  await using _ = timeline;
  const request = { viewerId: VIEWER, limit: 0, resumeCursor: "" };
  const stream = timeline.client.watchTimeline(request)[Symbol.asyncIterator]();
  expect((await next(stream)).entries.map(({ postId }) => postId)).toEqual([first]);
  const posts = await postLog.during(() => Array.from({ length: MANY }, () => post(POPULAR)));
  const missed = new Set<bigint>(posts);
  expect(await next(stream)).toEqual({ entries: [], degraded: [INDEX_BEHIND] });
  while (missed.size > 0) {
    const { entries, degraded } = await next(stream);
    expect(degraded).toEqual([]);
    for (const { postId } of entries) missed.delete(postId);
  }
  const live = post(POPULAR);
  // What came while the page was read may come once more.
  for (let isSeen = false; !isSeen; ) {
    isSeen = (await next(stream)).entries.some(({ postId }) => postId === live);
  }
  await stream.return?.();
});

it("does not disturb a stream to which all is pushed", async () => {
  const { timeline, post, postLog } = await outage(9n);
  await using _ = timeline;
  const request = { viewerId: VIEWER, limit: 0, resumeCursor: "" };
  const stream = timeline.client.watchTimeline(request)[Symbol.asyncIterator]();
  await next(stream);
  await postLog.during(() => Array.from({ length: MANY }, () => post(9n)));
  await timeline.service.settle();
  const postId = post(PLAIN);
  const viewers = new Uint32Array([Number(VIEWER), 0]);
  const sent = { postId, authorId: userIdOf(PLAIN), deleted: false, createTimeMs: 0 };
  await timeline.store.append({ appends: [{ ...sent, requestId: "", viewers }] });
  const heard = await next(stream);
  expect(heard.degraded).toEqual([]);
  expect(heard.entries.map(({ postId: id }) => id)).toEqual([postId]);
  await stream.return?.();
});

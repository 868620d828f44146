import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { postIdOf, userIdOf } from "../model/ids.ts";
import { settledIntervals } from "../model/pulled/pulled-table.ts";
import type { LogHeads } from "./ports.ts";
import { VIEWER } from "./testing/scrolled.ts";
import { pageOf, startTimeline } from "./testing/start-timeline.ts";
import { next } from "./testing/watching.ts";
import { appendOf, FakePostLog, World } from "./testing/world.ts";

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

it("says so when more is newer than the cursor than a stream resumes with", async () => {
  const { timeline, post } = await outage(POPULAR);
  await using _ = timeline;
  const seen = await timeline.client.getTimeline(pageOf(VIEWER));
  let newest = 0n;
  for (let batch = 0; batch < 5; batch++) {
    for (let i = 0; i < 900; i++) newest = post(POPULAR);
    await timeline.service.settle();
  }
  const request = { viewerId: VIEWER, limit: 0, resumeCursor: seen.entries[0].cursor };
  const stream = timeline.client.watchTimeline(request)[Symbol.asyncIterator]();
  let message = await next(stream);
  expect(message.degraded).toEqual([DegradedReason.BELOW_FLOOR]);
  // The oldest of what it brings comes first.
  while (message.entries[0].postId !== newest) message = await next(stream);
  await stream.return?.();
});

it("brings what is pulled to a stream that resumes where the index is behind, after saying so", async () => {
  const world = new World();
  for (const friend of [POPULAR, PLAIN]) world.befriend(VIEWER, friend);
  const interval = { authorId: userIdOf(POPULAR), since: postIdOf(1n), until: undefined };
  const postLog = new WatchedLog(world);
  postLog.isDown = true;
  const intervals = settledIntervals([interval]);
  await using timeline = await startTimeline({}, { world, postLog, intervals });
  const { client, service } = timeline;
  const nowMs = Date.now() - 3_600_000;
  const seen = world.post(PLAIN, nowMs + 1);
  await client.rebuildTimeline({ viewerId: VIEWER });
  const { entries } = await client.getTimeline(pageOf(VIEWER));
  expect(entries.map(({ postId }) => postId)).toEqual([seen]);
  const pulled = [world.post(POPULAR, nowMs), world.post(POPULAR, nowMs + 2)];
  // The cursor that the stream would have by then lies far above those.
  const pushed = { postId: world.post(PLAIN, nowMs + 600_000), authorId: userIdOf(PLAIN) };
  await timeline.store.append(appendOf(pushed, [VIEWER]));
  const request = { viewerId: VIEWER, limit: 0, resumeCursor: entries[0].cursor };
  const stream = client.watchTimeline(request)[Symbol.asyncIterator]();
  expect((await next(stream)).degraded).toEqual([INDEX_BEHIND]);
  postLog.isDown = false;
  await service.settle();
  const brought = new Set<bigint>();
  while (!pulled.every((id) => brought.has(id))) {
    for (const { postId } of (await next(stream)).entries) brought.add(postId);
  }
  await stream.return?.();
});

it("brings all that came to a stream whose first page the index was owing, not a page of it", async () => {
  const world = new World();
  world.befriend(VIEWER, POPULAR);
  const interval = { authorId: userIdOf(POPULAR), since: postIdOf(1n), until: undefined };
  const postLog = new WatchedLog(world);
  postLog.isDown = true;
  const intervals = settledIntervals([interval]);
  await using timeline = await startTimeline({}, { world, postLog, intervals });
  const { client, service } = timeline;
  await client.rebuildTimeline({ viewerId: VIEWER });
  const stream = client.watchTimeline({ viewerId: VIEWER, limit: 2, resumeCursor: "" });
  const messages = stream[Symbol.asyncIterator]();
  expect(await next(messages)).toEqual({ entries: [], degraded: [INDEX_BEHIND] });
  const posts = Array.from({ length: 5 }, () => world.post(POPULAR, Date.now()));
  postLog.isDown = false;
  await service.settle();
  let first = await next(messages);
  while (first.entries.length === 0) first = await next(messages);
  expect(first.entries.map(({ postId }) => postId)).toEqual(posts.toReversed());
  await messages.return?.();
});

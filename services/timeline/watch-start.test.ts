import { expect, it } from "vitest";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { present } from "../model/invariant.ts";
import { unavailable } from "../platform/grpc/errors/errors.ts";
import { MemoryEntryStore } from "./testing/memory-entry-store.ts";
import { VIEWER } from "./testing/scrolled.ts";
import { pageOf, type StartedTimeline, startTimeline } from "./testing/start-timeline.ts";
import { idsOf, next, watch } from "./testing/watching.ts";
import { appendOf } from "./testing/world.ts";

const FRIEND = 2n;

/** Rows that are out of reach, as on CQL, until they are not. */
class AwayStore extends MemoryEntryStore {
  isAway = false;

  override load(): Promise<void> | undefined {
    return this.isAway ? Promise.reject(unavailable("rows are away")) : undefined;
  }
}

/** Posts of the friend, in the viewer's ring. */
async function append({ world, store }: StartedTimeline, count: number): Promise<bigint[]> {
  const ids: bigint[] = [];
  for (let i = 0; i < count; i++) {
    ids.push(world.post(FRIEND, Date.now()));
    await store.append(appendOf(present(world.posts.at(-1)), [VIEWER]));
  }
  return ids;
}

const newestFirst = (ids: readonly bigint[]) => ids.toSorted((a, b) => (a > b ? -1 : 1));

it("brings the first page when the store is back, and what came meanwhile with it", async () => {
  const store = new AwayStore();
  await using timeline = await startTimeline({}, { store });
  timeline.world.befriend(VIEWER, FRIEND);
  await timeline.client.getTimeline(pageOf(VIEWER));
  const before = await append({ ...timeline, store }, 3);
  const seen = await timeline.client.getTimeline(pageOf(VIEWER));
  store.isAway = true;
  const streams = [watch(timeline), watch(timeline, present(seen.entries[0]).cursor)];
  for (const stream of streams) {
    const degraded = [DegradedReason.STORE_UNAVAILABLE];
    expect(await next(stream)).toEqual({ entries: [], degraded });
  }
  const meanwhile = await append({ ...timeline, store }, 2);
  store.isAway = false;
  for (const stream of streams) {
    const first = await next(stream);
    expect(idsOf(first)).toEqual(newestFirst([...before, ...meanwhile]));
    expect(first.degraded).toEqual([]);
  }
  const live = await append({ ...timeline, store }, 1);
  for (const stream of streams) {
    expect(idsOf(await next(stream))).toEqual(live);
    await stream.return?.();
  }
});

it("lets a stream that was shown nothing resume with all that came, however small its page", async () => {
  await using timeline = await startTimeline();
  timeline.world.befriend(VIEWER, FRIEND);
  const began = watch(timeline, "", 3);
  const { entries, resumeCursor } = await next(began);
  expect(entries).toEqual([]);
  await began.return?.();
  const missed = await append(timeline, 8);
  const resumed = watch(timeline, present(resumeCursor), 3);
  const first = await next(resumed);
  expect([idsOf(first), first.degraded]).toEqual([newestFirst(missed), []]);
  expect(first.resumeCursor).toBeUndefined();
  await resumed.return?.();
});

import { expect, it } from "vitest";
import { type UserId, userIdOf } from "../../../model/ids.ts";
import { quietTimeline } from "../../testing/quiet-timeline.ts";
import { LapseSweeper } from "./lapse-sweeper.ts";

const DAY_MS = 86_400_000;
const TIMES = { afterDays: 14, everyMs: 100 };

function start() {
  const timeline = quietTimeline(100);
  const watched = new Set<UserId>();
  let lapsed = 0;
  const { store, fills, clock, world } = timeline;
  const sweeper = new LapseSweeper(
    {
      ...{ store, fills, clock },
      watchers: { isWatched: (viewer) => watched.has(viewer) },
      onLapsed: (count) => {
        lapsed += count;
      },
    },
    TIMES,
  );
  const kind = (viewer: bigint) => store.state(userIdOf(viewer)).kind;
  for (const viewer of [1n, 2n, 3n]) world.befriend(viewer, 9n);
  return { ...timeline, watched, sweeper, kind, lapsed: () => lapsed };
}

it("ends the timelines of those who have not read for 14 days, and of nobody else", async () => {
  const one = start();
  for (const viewer of [1n, 2n, 3n]) await one.page(viewer, 5);
  one.watched.add(userIdOf(3n));
  one.clock.stepWall(10 * DAY_MS);
  await one.page(1n, 5);
  expect(await one.sweeper.sweep()).toBe(0);
  one.clock.stepWall(4 * DAY_MS);
  expect(await one.sweeper.sweep()).toBe(1);
  expect([1n, 2n, 3n].map(one.kind)).toEqual(["complete", "inactive", "complete"]);
  expect(one.lapsed()).toBe(1);
  // The stream has ended: the days count from the last sweep that saw it.
  one.watched.clear();
  one.clock.stepWall(13 * DAY_MS);
  await one.sweeper.sweep();
  expect([1n, 2n, 3n].map(one.kind)).toEqual(["inactive", "inactive", "complete"]);
  await one.close();
});

it("costs who has lapsed nothing, and fills when they come back", async () => {
  const one = start();
  await one.page(1n, 5);
  one.clock.stepWall(20 * DAY_MS);
  await one.sweeper.sweep();
  const post = one.world.post(9n, one.clock.nowMs());
  await one.deliver({ postId: post, authorId: userIdOf(9n) });
  expect(one.store.stats()).toEqual({ viewers: 0, entries: 0 });
  const { entries } = await one.page(1n, 5);
  expect(entries.map(({ postId }) => postId)).toEqual([post]);
  expect(one.kind(1n)).toBe("complete");
  await one.close();
});

it("gives those of whom nobody knows when they read as long as the others", async () => {
  const one = start();
  await one.store.activate(userIdOf(1n));
  await one.sweeper.sweep();
  one.clock.stepWall(13 * DAY_MS);
  await one.sweeper.sweep();
  expect(one.kind(1n)).toBe("filling");
  one.clock.stepWall(DAY_MS);
  await one.sweeper.sweep();
  expect(one.kind(1n)).toBe("inactive");
  await one.close();
});

it("goes on by itself, also after a sweep that failed", async () => {
  const one = start();
  await one.page(1n, 5);
  const { lapse } = one.fills;
  let failures = 0;
  const sweeper = new LapseSweeper(
    {
      ...one,
      fills: {
        lapse: (viewers) =>
          failures === 0 ? Promise.reject(new Error("down")) : lapse.call(one.fills, viewers),
      },
      watchers: { isWatched: () => false },
      onFailure: () => {
        failures++;
      },
    },
    TIMES,
  );
  sweeper.start();
  for (let day = 0; day < 16; day++) {
    one.clock.stepWall(DAY_MS);
    await one.clock.advance(TIMES.everyMs);
  }
  expect(failures).toBe(1);
  expect(one.kind(1n)).toBe("inactive");
  await sweeper.close();
  await one.close();
});

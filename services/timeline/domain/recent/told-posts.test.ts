import { afterEach, beforeEach, expect, it } from "vitest";
import { present } from "../../../model/invariant.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import type { LogListener, LogNews, PostLog } from "../../ports.ts";
import { FakePostLog, World } from "../../testing/world.ts";
import { RecentPosts } from "./recent-posts.ts";

let clock: ManualClock;
let world: World;
let log: FakePostLog & Pick<PostLog, "watch">;
let recent: RecentPosts;

beforeEach(() => {
  clock = new ManualClock();
  world = new World();
  log = new FakePostLog(world);
  recent = new RecentPosts(log, clock, { maxBytes: 2 ** 20, spanMs: 3_600_000 });
});
afterEach(async () => {
  const closed = recent.close();
  await clock.advance(1);
  await closed;
});

/** In steps, so that what sleeps again is woken again. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) await clock.advance(Math.min(100, left));
}

/** The rows of the log from this one on, as their writer tells of them. */
async function newsFrom(seq: number): Promise<LogNews> {
  const { heads } = await log.heads();
  return { head: heads[0], rows: await log.after(1n, { seq: seq - 1, bucket: 1 }, 100) };
}

/** Hears by hand what its writer tells. */
function listening(): LogListener {
  let listener: LogListener | undefined;
  log.watch = (one) => {
    listener = one;
    return { [Symbol.asyncDispose]: async () => {} };
  };
  recent.start();
  return present(listener);
}

it("has what a writer tells at once, and asks that writer's log no more", async () => {
  world.post(2n, clock.nowMs());
  const writer = listening();
  await recent.through();
  const asked = countAfter();
  for (let seq = 2; seq < 10; seq++) {
    world.post(2n, clock.nowMs());
    writer.heard("one", await newsFrom(seq));
    expect(indexed()).toBe(world.posts.length);
    await pass(100);
  }
  expect([asked.count, recent.tellingCount]).toEqual([8, 1]);
});

it("reads what is missing before what it is told, and asks again when the writer is lost", async () => {
  world.post(2n, clock.nowMs());
  const writer = listening();
  await recent.through();
  for (let i = 0; i < 4; i++) world.post(2n, clock.nowMs());
  writer.heard("one", await newsFrom(4));
  expect(indexed()).toBe(1);
  await nextTurn();
  expect(indexed()).toBe(world.posts.length);
  world.post(2n, clock.nowMs());
  writer.lost("one");
  await nextTurn();
  expect(indexed()).toBe(world.posts.length);
});

it("is through the heads as soon as it was told of them, and never by what it was told alone", async () => {
  world.post(2n, clock.nowMs());
  const writer = listening();
  await recent.through();
  log.after = () => Promise.reject(new Error("away"));
  world.post(2n, clock.nowMs());
  let isThrough = false;
  void recent.through().then(() => (isThrough = true));
  const news = { head: { generation: 1n, seq: 1, bucket: 1 }, rows: [] };
  writer.heard("one", news);
  await pass(1_000);
  expect(isThrough).toBe(false);
  log.after = FakePostLog.prototype.after.bind(log);
  writer.heard("one", await newsFrom(2));
  await clock.advance(0);
  expect(isThrough).toBe(true);
});

/** What is awaited without a clock is done by then. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const indexed = () => recent.stats().posts;

function countAfter(): { readonly count: number } {
  const asked = { count: 0 };
  const after = log.after.bind(log);
  log.after = (...query) => {
    asked.count++;
    return after(...query);
  };
  return asked;
}

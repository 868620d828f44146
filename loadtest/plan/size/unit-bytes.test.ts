import { expect, test } from "vitest";
import { EntryWorld } from "../../../bench/support/entry-world.ts";
import { POST_EPOCH_MS } from "../../../services/model/ids.ts";
import { FriendSet } from "../../../services/timeline/domain/friends/friend-set.ts";
import { RecentIndex } from "../../../services/timeline/domain/recent/recent-index.ts";
import { UNIT_BYTES } from "./defaults.ts";

/** The planner's bytes and those of the stores may differ by so much. */
const TOLERANCE = 0.1;
const VIEWERS_A_POST = 200;
const DELIVERIES = 200_000;
/** The design's mean: of two days in the index, and of a person. */
const POSTS_AN_AUTHOR = 12;
const FRIENDS = 190;
const POSTS_A_ROW = 200;
const INDEXED_POSTS = 2_000_000;

function expectPlanned(bytes: number, planned: number): void {
  expect(bytes / planned, `${bytes} bytes, where the planner has ${planned}`).toBeGreaterThan(
    1 - TOLERANCE,
  );
  expect(bytes / planned, `${bytes} bytes, where the planner has ${planned}`).toBeLessThan(
    1 + TOLERANCE,
  );
}

/** The same numbers in every run: a multiplicative walk over all of them. */
function spread(i: number, range: number): number {
  return (Math.imul(i, 0x9e3779b1) >>> 0) % range;
}

test("a delivery takes so much of the log", async () => {
  await using world = await EntryWorld.create({ viewers: 100_000, ringEntries: 64 });
  const { logBytes } = await world.append(DELIVERIES, VIEWERS_A_POST);
  expectPlanned((logBytes ?? 0) / DELIVERIES, UNIT_BYTES.logDelivery);
});

test("a post takes so much of the recent index", () => {
  const index = new RecentIndex(2 ** 30);
  const beganMs = Date.UTC(2026, 10, 26) - POST_EPOCH_MS;
  const authors = new Uint32Array(2 * POSTS_A_ROW);
  const posts = new Uint32Array(2 * POSTS_A_ROW);
  for (let first = 0; first < INDEXED_POSTS; first += POSTS_A_ROW) {
    for (let i = 0; i < POSTS_A_ROW; i++) {
      const timeMs = beganMs + first + i;
      posts[2 * i] = (timeMs % 1_024) * 2 ** 22;
      posts[2 * i + 1] = Math.floor(timeMs / 1_024);
      authors[2 * i] = 1 + spread(first + i, INDEXED_POSTS / POSTS_AN_AUTHOR);
    }
    index.insertAll(authors, posts, "now");
  }
  const stats = index.stats();
  expectPlanned(stats.bytes / stats.posts, UNIT_BYTES.indexedPost);
});

test("a viewer takes so much beside the ring: the set of friends, and what keeps it", () => {
  const pairs = Uint32Array.from({ length: 2 * FRIENDS }, (_, i) => (i % 2 === 0 ? i + 1 : 0));
  expectPlanned(new FriendSet(pairs).bytes, UNIT_BYTES.viewer);
});

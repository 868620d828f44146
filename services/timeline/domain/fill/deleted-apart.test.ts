import { expect, it } from "vitest";
import { POST_EPOCH_MS, postIdOf, userIdOf } from "../../../model/ids.ts";
import { settledIntervals } from "../../../model/pulled/pulled-table.ts";
import { FakePosts, World } from "../../testing/world.ts";
import { deletedApart } from "./deleted-apart.ts";

const AUTHOR = userIdOf(2n);
const RING_ENTRIES = 2;

function worldOf(postCount: number) {
  const world = new World();
  for (let i = 0; i < postCount; i++) world.post(AUTHOR, POST_EPOCH_MS + i);
  const held = world.posts.toReversed();
  const posts = new FakePosts(world);
  const sources = { posts, intervals: settledIntervals(), ringEntries: RING_ENTRIES };
  return { world, posts, held, sources };
}

const NOTHING = { entries: [], floor: postIdOf(0n) };

it("takes for deleted what neither the pull nor the posts know", async () => {
  const { world, held, sources } = worldOf(3);
  world.deleted.add(held[1].postId);
  expect(await deletedApart(sources, held, NOTHING)).toEqual([held[1]]);
});

it("keeps a post that a pull from the log did not bring, for it is not in the log yet", async () => {
  const { held, sources } = worldOf(2);
  const pulled = { ...NOTHING, entries: held.slice(1) };
  expect(await deletedApart(sources, held, pulled)).toEqual([]);
});

it("says nothing of what is below the floor of the pull, or of what the posts told", async () => {
  const { world, held, sources } = worldOf(6);
  world.deleted.add(held[5].postId);
  expect(await deletedApart(sources, held, { entries: [], floor: held[4].postId })).toEqual([]);
  expect(await deletedApart(sources, held, NOTHING)).toEqual([]);
});

it("asks nobody when the pull brought all", async () => {
  const { posts, held, sources } = worldOf(2);
  await deletedApart(sources, held, { ...NOTHING, entries: held });
  expect(posts.calls).toBe(0);
});

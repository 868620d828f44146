import { expect, it } from "vitest";
import { makePostId, postTimeMs, userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { appendOf, FakePosts, World } from "../../testing/world.ts";
import { type DeletionSources, deletionsAmong } from "./known-deletions.ts";
import { RecentIndex } from "./recent-index.ts";

const AUTHOR = userIdOf(2n);
const VIEWERS = [1n];

/** A post of some age, and what the index and the post service know of it. */
function mesh({ ageMs = 0, indexed = true } = {}) {
  const clock = new ManualClock();
  const world = new World();
  const postId = world.post(AUTHOR, clock.nowMs() - ageMs);
  const posts = new FakePosts(world);
  const index = new RecentIndex(1_000_000);
  const followed = {
    ...{ index, isUsable: true, since: 0n },
    catchingUp: undefined as Promise<void> | undefined,
  };
  const sources: DeletionSources = { index: indexed ? followed : undefined, posts, clock };
  const batchOf = (deleted: boolean) => appendOf({ postId, authorId: AUTHOR }, VIEWERS, deleted);
  const appended = (deleted = false) => deletionsAmong(batchOf(deleted), sources);
  return { index, posts, world, followed, postId, appended, deletions: batchOf(true) };
}

it("tells at once of what the index has as deleted", () => {
  const { index, posts, postId, appended, deletions } = mesh({ ageMs: 60_000 });
  expect(appended()).toBeUndefined();
  index.insert(AUTHOR, postId, false);
  expect(appended()).toBeUndefined();
  index.insert(AUTHOR, makePostId(postTimeMs(postId) + 1, 1, 0), true);
  expect(appended()).toBeUndefined();
  index.insert(AUTHOR, postId, true);
  expect(appended()).toEqual(deletions);
  expect(appended(true)).toBeUndefined();
  expect(posts.calls).toBe(0);
});

it("waits for an index that has just begun, or taken shards", async () => {
  const { index, followed, postId, appended, deletions } = mesh();
  followed.catchingUp = Promise.resolve().then(() => {
    index.insert(AUTHOR, postId, true);
    followed.catchingUp = undefined;
  });
  expect(await appended()).toEqual(deletions);
});

it.each([
  ["there is no index", { indexed: false }, () => {}],
  [
    "the index does not reach so far",
    {},
    ({ followed, postId }: Mesh) => {
      followed.since = postId + 1n;
    },
  ],
])("asks the posts when %s", async (_why, given, prepare) => {
  const late = mesh({ ageMs: 60_000, ...given });
  prepare(late);
  expect(await late.appended()).toBeUndefined();
  expect(await late.appended(true)).toBeUndefined();
  expect(late.posts.calls).toBe(1);
  late.world.deleted.add(late.postId);
  expect(await late.appended()).toEqual(late.deletions);
  late.posts.isDown = true;
  expect(await late.appended()).toBeUndefined();
});

it("asks nobody of a new post without an index, or of a log without rows", () => {
  const bare = mesh({ indexed: false });
  expect(bare.appended()).toBeUndefined();
  const empty = mesh({ ageMs: 60_000 });
  empty.followed.isUsable = false;
  empty.followed.since = 2n ** 63n;
  expect(empty.appended()).toBeUndefined();
  expect(bare.posts.calls + empty.posts.calls).toBe(0);
});

type Mesh = ReturnType<typeof mesh>;

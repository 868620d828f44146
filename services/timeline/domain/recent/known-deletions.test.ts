import { expect, it } from "vitest";
import { makePostId, postTimeMs, userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { appendOf, FakePosts, World } from "../../testing/world.ts";
import { type DeletionSources, withKnownDeletions } from "./known-deletions.ts";
import { RecentIndex } from "./recent-index.ts";

const AUTHOR = userIdOf(2n);
const VIEWERS = [1n];

/** A post of some age, and what the index and the post service know of it. */
function mesh({ ageMs = 0, indexed = true, deletedInLog = false } = {}) {
  const clock = new ManualClock();
  const world = new World();
  const postId = world.post(AUTHOR, clock.nowMs() - ageMs);
  const posts = new FakePosts(world);
  const index = new RecentIndex(1_000_000);
  const log = { reads: 0, rows: deletedInLog };
  const followed = {
    index,
    isUsable: true,
    since: 0n,
    behindMs: 1_001,
    through: async () => {
      log.reads++;
      if (log.rows) index.insert(AUTHOR, postId, true);
    },
  };
  const sources: DeletionSources = { index: indexed ? followed : undefined, posts, clock };
  const sent = async (deleted = false) => {
    const batch = appendOf({ postId, authorId: AUTHOR }, VIEWERS, deleted);
    const { appends } = await withKnownDeletions(batch, sources);
    return { deleted: appends[0].deleted, isSame: appends === batch.appends };
  };
  return { index, log, posts, world, followed, postId, sent };
}

it("appends what the index has as deleted as deleted, and at once", async () => {
  const { index, log, postId, sent } = mesh();
  expect(await sent()).toEqual({ deleted: false, isSame: true });
  index.insert(AUTHOR, postId, false);
  expect(await sent()).toEqual({ deleted: false, isSame: true });
  index.insert(AUTHOR, makePostId(postTimeMs(postId) + 1, 1, 0), true);
  expect(await sent()).toEqual({ deleted: false, isSame: true });
  index.insert(AUTHOR, postId, true);
  expect(await sent()).toEqual({ deleted: true, isSame: false });
  expect(log.reads).toBe(0);
});

it("reads up to the heads of the log first for an event that is late", async () => {
  const late = mesh({ ageMs: 1_001, deletedInLog: true });
  expect(await late.sent()).toMatchObject({ deleted: true });
  expect(late.posts.calls).toBe(0);
  expect(await mesh({ ageMs: 1_001 }).sent()).toEqual({ deleted: false, isSame: true });
  const deletion = mesh({ ageMs: 1_001 });
  expect(await deletion.sent(true)).toEqual({ deleted: true, isSame: true });
  expect(deletion.log.reads).toBe(0);
});

it("waits for nothing when the index has read the log since nobody can have become a friend", async () => {
  const late = mesh({ ageMs: 60_000, deletedInLog: true });
  late.followed.behindMs = 1_000;
  expect(await late.sent()).toEqual({ deleted: false, isSame: true });
  expect(late.log.reads).toBe(0);
  late.index.insert(AUTHOR, late.postId, true);
  expect(await late.sent()).toEqual({ deleted: true, isSame: false });
  expect(late.posts.calls).toBe(0);
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
  expect(await late.sent()).toMatchObject({ deleted: false });
  late.world.deleted.add(late.postId);
  expect(await late.sent()).toMatchObject({ deleted: true });
  late.posts.isDown = true;
  expect(await late.sent()).toMatchObject({ deleted: false });
});

it("goes on when nobody answers, and asks nobody of a log without rows", async () => {
  const late = mesh({ ageMs: 60_000 });
  late.world.deleted.add(late.postId);
  late.followed.through = () => Promise.reject(unavailable("the log is away"));
  expect(await late.sent()).toMatchObject({ deleted: false });
  late.followed.isUsable = false;
  late.followed.since = 2n ** 63n;
  expect(await late.sent()).toMatchObject({ deleted: false });
  expect(late.posts.calls).toBe(0);
});

type Mesh = ReturnType<typeof mesh>;

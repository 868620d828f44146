import {
  makePostId,
  type PostId,
  postIdOf,
  type UserId,
  userIdOf,
} from "../../services/model/ids.ts";
import { settledIntervals } from "../../services/model/pulled/pulled-table.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import type { FriendSource, PostSource } from "../../services/timeline/ports.ts";
import { startTimeline } from "../../services/timeline/testing/start-timeline.ts";
import { checkOwner, type Truth } from "../../tools/timeline/check/check-owner.ts";
import { judge } from "../../tools/timeline/check/judge.ts";
import { readAsViewer } from "../../tools/timeline/check/read-as-viewer.ts";
import { costOf, EntryWorld } from "../support/entry-world.ts";
import type { Benchmark } from "../support/table.ts";

const VIEWERS = 1_000_000;
/** A group has so many viewers, and ten authors who are friends of them all. */
const GROUP_VIEWERS = 200;
const GROUP_AUTHORS = 10;
const GROUPS = VIEWERS / GROUP_VIEWERS;
const POSTS_EACH = 2;
const FIRST_AUTHOR = 10_000_000;
const BEGAN_MS = 1.72e12;
/** Deliveries that never came. */
const MISSED = 20;
const READ_WHOLE = 20_000;
const RING_ENTRIES = 64;

/** What it takes to know that a million timelines are right. */
export const checkTimelines: Benchmark = {
  name: "check-timelines",
  about: "1M timelines of 20 entries against what was posted: by digests of ranges, and one by one",
  async run() {
    await using world = await EntryWorld.create({ viewers: VIEWERS, ringEntries: RING_ENTRIES });
    const posts = await postAll(world);
    const sources = { store: world.handOver(), friends: friendsOfAll, posts: noPosts };
    await using timeline = await startTimeline({}, sources);
    const viewers = Array.from({ length: VIEWERS }, (_, i) => BigInt(i + 1));
    const truth: Truth = {
      log: { since: postIdOf(1), posts },
      until: makePostId(BEGAN_MS + 1e9, 0, 0),
      friends: friendsOfAll,
      table: settledIntervals().table,
    };
    let found = await checkOwner(timeline.client, viewers.slice(0, READ_WHOLE), truth, false);
    const byDigests = await costOf(async () => {
      found = await checkOwner(timeline.client, viewers, truth, false);
    }, VIEWERS);
    if (found.faulty.length !== MISSED) throw new Error(`${found.faulty.length} found`);
    const byReading = await costOf(async () => {
      for (const viewer of viewers.slice(0, READ_WHOLE)) await readWhole(viewer);
    }, READ_WHOLE);
    const each = 1e6 / byReading.perCpuSecond;
    return [
      {
        what: `1M timelines by digests, ${MISSED} of which lack an entry: found, and read`,
        measured: `${byDigests.seconds.toFixed(1)} s, ${byDigests.cpuSeconds.toFixed(1)} CPU s, owner and checker; ${found.compared} digests`,
        ratio: "1x",
        aim: "",
      },
      {
        what: `each read as its viewer and compared, ${READ_WHOLE} of them`,
        measured: `${each.toFixed(0)} us CPU each: ${each.toFixed(0)} s for 1M`,
        ratio: `${(each / byDigests.cpuSeconds).toFixed(1)}x by CPU`,
        aim: "more than by digests",
      },
    ];

    async function readWhole(viewer: bigint): Promise<void> {
      const stretch = { since: truth.log.since, until: truth.until };
      const { postIds } = await readAsViewer(timeline.client, viewer, stretch);
      const expected = authorsOf(viewer).flatMap((author) => posts.get(author) ?? []);
      judge(postIds, new Set(expected));
    }
  },
};

function authorsOf(viewer: bigint): bigint[] {
  const group = (Number(viewer) - 1) % GROUPS;
  return Array.from({ length: GROUP_AUTHORS }, (_, i) =>
    BigInt(FIRST_AUTHOR + group * GROUP_AUTHORS + i),
  );
}

function viewersOf(group: number): bigint[] {
  return Array.from({ length: GROUP_VIEWERS }, (_, i) => BigInt(1 + group + i * GROUPS));
}

function friendsOf(person: UserId): bigint[] {
  if (person < FIRST_AUTHOR) return authorsOf(person);
  return viewersOf(Math.floor((Number(person) - FIRST_AUTHOR) / GROUP_AUTHORS));
}

const friendsOfAll: FriendSource = {
  list: async (person: UserId) => ({ friends: pairsOf(friendsOf(person)), changed: [] }),
  check: async (_, others) => others.map(() => true),
  untold: async (sinceMs) => ({ changes: [], untilMs: sinceMs, isCut: false }),
};

const noPosts: PostSource = {
  list: async () => ({ posts: [], completeFrom: postIdOf(0) }),
};

/** Every author's posts to all friends, but for some deliveries; gives the posts by author. */
async function postAll({ store }: EntryWorld): Promise<Map<bigint, PostId[]>> {
  const posts = new Map<bigint, PostId[]>();
  let count = 0;
  for (let group = 0; group < GROUPS; group++) {
    const viewers = pairsOf(viewersOf(group));
    const missing = group < MISSED ? viewers.subarray(2) : viewers;
    const appends = Array.from({ length: GROUP_AUTHORS * POSTS_EACH }, (_, i) => {
      const authorId = userIdOf(FIRST_AUTHOR + group * GROUP_AUTHORS + (i % GROUP_AUTHORS));
      const postId = makePostId(BEGAN_MS + count++, 1, 0);
      posts.getOrInsertComputed(authorId, () => []).push(postId);
      const post = { postId, authorId, deleted: false, createTimeMs: 0, requestId: "" };
      return { ...post, viewers: i === 0 ? missing : viewers };
    });
    await store.append({ appends });
  }
  return posts;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePostId, userIdOf } from "../../services/model/ids.ts";
import { settledIntervals } from "../../services/model/pulled/pulled-table.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { EmbeddedEntryStore } from "../../services/timeline/adapters/log/embedded-entry-store.ts";
import { FriendSet } from "../../services/timeline/domain/friends/friend-set.ts";
import { pageSources } from "../../services/timeline/domain/page/page-sources.ts";
import { readSources } from "../../services/timeline/domain/page/read-sources.ts";
import { createVisibleWindow } from "../../services/timeline/domain/page/visible-window.ts";
import { RecentPosts } from "../../services/timeline/domain/recent/recent-posts.ts";
import type { EntryKey, PostLog } from "../../services/timeline/ports.ts";
import type { Benchmark, Row } from "../support/table.ts";

const PEOPLE = 5_000;
const FRIENDS = 200;
/** A thousand entries a viewer: as many as 200 friends post in four days. */
const POSTS_EACH = 5;
const PAGE = 20;
/** Down to entry 400, which either ring and the index have. */
const DEPTHS = [0, 2, 4, 9, 19];
const READERS = 2_000;
const RINGS = [800, 64];
const SPAN_MS = 86_400_000;
const MIB = 2 ** 20;

/** Rings of 800 entries, and of 64 with the index below them: pages by how deep they are, and bytes. */
export const ringSize: Benchmark = {
  name: "ring-size",
  about: `pages of ${PAGE} by depth from rings of ${RINGS.join(" and ")} entries, ${FRIENDS} friends; bytes a viewer`,
  async run() {
    const startMs = Date.now() - SPAN_MS / 2;
    const posts = Array.from({ length: PEOPLE * POSTS_EACH }, (_, i) => ({
      postId: makePostId(
        startMs + Math.floor((i * SPAN_MS) / 2 / (PEOPLE * POSTS_EACH)),
        1,
        i % 4_096,
      ),
      authorId: userIdOf(1 + ((i * 1_237) % PEOPLE)),
    }));
    const recent = new RecentPosts(logOf(posts), systemClock, {
      maxBytes: 256 * MIB,
      spanMs: SPAN_MS,
    });
    recent.start();
    await recent.through();
    const measured: Measured[] = [];
    for (const ringEntries of RINGS) measured.push(await measure(posts, recent, ringEntries));
    await recent.close();
    return rowsOf(measured);
  },
};

interface Measured {
  readonly bytes: number;
  /** By depth, us a page. */
  readonly pageUs: readonly number[];
}

/** Friends on a circle: as many before as after. */
function friendsOf(person: number): FriendSet {
  const ids = Array.from({ length: FRIENDS }, (_, i) => {
    const away = i < FRIENDS / 2 ? i - FRIENDS / 2 : i - FRIENDS / 2 + 1;
    return BigInt(1 + ((person - 1 + away + PEOPLE) % PEOPLE));
  });
  return new FriendSet(pairsOf(ids.sort((a, b) => (a < b ? -1 : 1))));
}

/** Of one generation, a row for every 200 posts. */
function logOf(posts: readonly EntryKey[]): PostLog {
  const perRow = 200;
  const count = Math.ceil(posts.length / perRow);
  const row = (seq: number) => {
    const of = posts.slice((seq - 1) * perRow, seq * perRow);
    return {
      ...{ seq, bucket: 1, previousBucket: 1 },
      highestBefore: posts[(seq - 1) * perRow - 1]?.postId ?? 0n,
      posts: pairsOf(of.map(({ postId }) => postId)),
      authors: pairsOf(of.map(({ authorId }) => authorId)),
    };
  };
  const rows = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => row(from + i));
  return {
    heads: async () => ({ began: 0n, heads: [{ generation: 1n, seq: count, bucket: 1 }] }),
    after: async (_, { seq }, limit) => rows(seq + 1, Math.min(count, seq + limit)),
    before: async (_, { seq }, limit) => rows(Math.max(1, seq - limit), seq - 1).reverse(),
  };
}

async function measure(
  posts: readonly EntryKey[],
  recent: RecentPosts,
  ringEntries: number,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "tidings-bench-"));
  const store = await EmbeddedEntryStore.open({
    ...{ folder, log: createLogger("bench", "warn"), maxSegmentBytes: 64 * MIB },
    limits: { maxRingEntries: ringEntries, maxSlabBytes: 1_024 * MIB },
    snapshotLogBytes: Number.POSITIVE_INFINITY,
    fatal: (error) => {
      throw error;
    },
  });
  try {
    const people = Array.from({ length: PEOPLE }, (_, i) => userIdOf(1 + i));
    await Promise.all(people.map((id) => store.activate(id)));
    await Promise.all(
      people.map((id) => store.complete(id, makePostId(Date.UTC(2024, 1, 1), 0, 0))),
    );
    const sets = people.map((_, i) => friendsOf(i + 1));
    for (let from = 0; from < posts.length; from += 10) {
      const appends = posts.slice(from, from + 10).map((post) => {
        const viewers = sets[Number(post.authorId) - 1].pairs;
        return { ...post, viewers, deleted: false, createTimeMs: 0, requestId: "" };
      });
      await store.append({ appends });
    }
    const bytes = (store.stats().slabBytes ?? 0) / PEOPLE;
    return { bytes, pageUs: readPages(store, recent, sets) };
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

/** Each reader scrolls on from the page above; what a page costs is the mean of all. */
function readPages(store: EmbeddedEntryStore, recent: RecentPosts, sets: readonly FriendSet[]) {
  const options = { intervals: settledIntervals(), recent, maxKeptFriends: PEOPLE };
  const sources = pageSources(store, options);
  const visible = createVisibleWindow(PAGE);
  const spentMs = new Map<number, number>();
  for (let reader = 0; reader < READERS; reader++) {
    const person = (reader * 1_237) % PEOPLE;
    const viewer = userIdOf(1 + person);
    const friends = sets[person];
    let before = 0n;
    for (let depth = 0; depth <= (DEPTHS.at(-1) ?? 0); depth++) {
      const startedMs = performance.now();
      visible.count = 0;
      const stretch = { viewer, before, stop: 1n, limit: PAGE, friends };
      const answer = readSources(sources.inMemory(viewer, friends), stretch, visible);
      if (visible.count !== PAGE) throw new Error(`page ${depth} has ${visible.count} entries`);
      before = answer.from;
      spentMs.set(depth, (spentMs.get(depth) ?? 0) + performance.now() - startedMs);
    }
  }
  return DEPTHS.map((depth) => (1_000 * (spentMs.get(depth) ?? 0)) / READERS);
}

function rowsOf(measured: readonly Measured[]): Row[] {
  const [first] = measured;
  return measured.flatMap(({ bytes, pageUs }, i) => [
    {
      what: `ring of ${RINGS[i]}: memory a viewer`,
      measured: `${bytes.toFixed(0)} bytes`,
      ratio: (bytes / first.bytes).toFixed(3),
      aim: "",
    },
    ...DEPTHS.map((depth, at) => ({
      what: `ring of ${RINGS[i]}: page ${depth + 1}`,
      measured: `${pageUs[at].toFixed(1)} us`,
      ratio: `${(pageUs[at] / first.pageUs[0]).toFixed(2)} of page 1 of a ring of ${RINGS[0]}`,
      aim: "",
    })),
  ]);
}

import { join } from "node:path";
import { firstPostIdAt, makePostId, POST_EPOCH_MS, userIdOf } from "../../services/model/ids.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { connect } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { importPosts } from "../../services/post/adapters/lmdb/import-posts.ts";
import { createPostSource } from "../../services/timeline/adapters/grpc/post-source.ts";
import { COLD_TIMES, ColdScroll } from "../../services/timeline/domain/cold/cold-scroll.ts";
import { FriendSet } from "../../services/timeline/domain/friends/friend-set.ts";
import { createVisibleWindow } from "../../services/timeline/domain/page/visible-window.ts";
import type { PostSource } from "../../services/timeline/ports.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const DAY_MS = 86_400_000;
/** Three years, or as much of them as ids can tell: they begin in 2024. */
const YEARS_MS = Math.min(3 * 365 * DAY_MS, Date.now() - POST_EPOCH_MS - 2 * DAY_MS);
const PAGE = 20;
const MAX_PAGES = 400;
const TIMEOUT_MS = 30_000;
const LIMITS = { ...COLD_TIMES, maxBytes: 1e8, maxRunning: 8, maxQueued: 100, waitMs: TIMEOUT_MS };

interface Crowd {
  readonly name: string;
  readonly friends: number;
  readonly postsEach: number;
  readonly firstId: bigint;
}

/** Some post daily, some a few times a year, some hardly ever. */
const CROWDS: readonly Crowd[] = [
  { name: "200 friends, 2 posts a day each", friends: 200, postsEach: 2_190, firstId: 1_000n },
  { name: "200 friends, 4 posts a year each", friends: 200, postsEach: 12, firstId: 10_000n },
  { name: "5,000 friends, 4 posts a year each", friends: 5_000, postsEach: 12, firstId: 100_000n },
  { name: "200 friends, one of them with 5 posts", friends: 200, postsEach: 0, firstId: 20_000n },
];

/** Three years of posts below the index, over gRPC from LMDB: in slices, and page by page. */
export const coldScroll: Benchmark = {
  name: "cold-scroll",
  about: "pages below the recent index, from three years of posts: slices against a read a page",
  async run() {
    const nowMs = Date.now() - DAY_MS;
    const mesh = await startBenchMesh([]);
    try {
      const { posts, index } = history(nowMs);
      await importPosts(join(mesh.dataDir, "post"), posts, index, { onWritten: () => {} });
      await mesh.start("post");
      const log = createLogger("bench", "warn");
      using channel = connect([mesh.address("post")], { log });
      const source = createPostSource(channel, { timeoutMs: TIMEOUT_MS, priority: "scroll" });
      const rows: Row[] = [];
      for (const crowd of CROWDS) rows.push(await measure(crowd, source, nowMs));
      return rows;
    } finally {
      await mesh.stop();
    }
  },
};

const TEXT = Buffer.from("a post of the past");

function history(nowMs: number) {
  const posts = CROWDS.flatMap(({ friends, postsEach, firstId }) =>
    Array.from({ length: friends }, (_, friend) => {
      const count = postsEach > 0 ? postsEach : friend === 0 ? 5 : 0;
      return Array.from({ length: count }, (_, i) => {
        const share = (i + friend / friends) / count;
        return {
          postId: makePostId(Math.floor(nowMs - share * YEARS_MS), friend % 1_024, i % 4_096),
          authorId: userIdOf(firstId + BigInt(friend)),
          text: TEXT,
        };
      });
    }).flat(),
  );
  const byId = posts.toSorted((a, b) => (a.postId < b.postId ? -1 : 1));
  const byAuthor = byId.toSorted((a, b) => Number(a.authorId - b.authorId));
  return { posts: byId, index: byAuthor };
}

async function measure(crowd: Crowd, source: PostSource, nowMs: number): Promise<Row> {
  const sliced = await scroll(crowd, source, nowMs, LIMITS.settledMs);
  // Nothing is ever settled, so every page is read for itself.
  const single = await scroll(crowd, source, nowMs, 10 * YEARS_MS);
  const perPage = (one: Scrolled) => one.authorReads / one.pages;
  return {
    what: crowd.name,
    measured:
      `${sliced.msPerPage.toFixed(2)} ms a page of ${PAGE} over ${sliced.pages} pages, ` +
      `first ${sliced.firstMs.toFixed(0)} ms; ${short(perPage(sliced))} author reads a page`,
    ratio: `${(single.msPerPage / sliced.msPerPage).toFixed(1)}x less time, ${(perPage(single) / perPage(sliced)).toFixed(1)}x fewer reads than page by page`,
    aim: `about ${short(crowd.friends / 10)} author reads a page`,
  };
}

interface Scrolled {
  readonly pages: number;
  readonly msPerPage: number;
  readonly firstMs: number;
  readonly authorReads: number;
}

async function scroll(
  { friends, firstId }: Crowd,
  source: PostSource,
  nowMs: number,
  settledMs: number,
): Promise<Scrolled> {
  let authorReads = 0;
  const posts: PostSource = {
    list: (authors, ...rest) => {
      authorReads += authors.length;
      return source.list(authors, ...rest);
    },
  };
  const cold = new ColdScroll({ posts, clock: systemClock }, { ...LIMITS, settledMs });
  const ids = Array.from({ length: friends }, (_, i) => firstId + BigInt(i));
  const set = new FriendSet(pairsOf(ids));
  const stop = firstPostIdAt(nowMs - YEARS_MS - DAY_MS);
  const startedMs = performance.now();
  let firstMs = 0;
  let pages = 0;
  let before: bigint = firstPostIdAt(nowMs + 1);
  while (before > stop && pages < MAX_PAGES) {
    const visible = createVisibleWindow(PAGE);
    const stretch = { viewer: userIdOf(1n), before, stop, limit: PAGE, friends: set };
    before = (await cold.read(stretch, visible, Date.now() + TIMEOUT_MS)).from;
    if (pages++ === 0) firstMs = performance.now() - startedMs;
  }
  const msPerPage = (performance.now() - startedMs) / pages;
  await cold.close();
  return { pages, msPerPage, firstMs, authorReads };
}

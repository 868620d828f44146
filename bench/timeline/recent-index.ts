import { makePostId, POST_EPOCH_MS } from "../../services/model/ids.ts";
import { createEntryWindow } from "../../services/timeline/domain/page/entry-window.ts";
import { NewestFirst } from "../../services/timeline/domain/recent/newest-first.ts";
import { type Direction, RecentIndex } from "../../services/timeline/domain/recent/recent-index.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const POSTS = Number(process.env.BENCH_INDEX_POSTS ?? 60_000_000);
const POSTS_PER_AUTHOR = 12;
const POSTS_PER_ROW = 200;
const SPAN_MS = 2 * 86_400_000;
/** Two post nodes whose ids come so far out of order. */
const DISORDER_MS = 100;
const PAGE = 20;
const GIB = 2 ** 30;
const FRIENDS = [50, 200, 1_000, 5_000];
const AIMS = ["", "20 us", "80 us", "350 us"];

/** The recent index alone: building it as posts come and from the past, and pages out of it. */
export const recentIndex: Benchmark = {
  name: "recent-index",
  about: `the index of everyone's posts: ${short(POSTS)} posts, built, read in pages, evicted`,
  async run() {
    const past = build(new RecentIndex(4 * GIB), "past");
    const pastRow = buildRow("read backwards at a start", past);
    const now = build(new RecentIndex(4 * GIB), "now");
    const readNs = randomReadNs();
    return [
      {
        what: "one read of a random place in 512 MiB, each waiting for the one before",
        measured: `${readNs.toFixed(0)} ns`,
        ratio: "1 random read",
        aim: "",
      },
      buildRow("as they come", now),
      pastRow,
      ...pageRows(now.index, readNs),
      evictionRow(now),
    ];
  },
};

interface Built {
  readonly index: RecentIndex;
  readonly seconds: number;
}

/** xorshift32 (Marsaglia, 2003): cheap enough not to be what is measured. */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Some post much, most little: an author's rank goes by a power. */
function authorOf(word: number): number {
  const share = word / 2 ** 32;
  return 1 + Math.floor(share * Math.sqrt(share) * (POSTS / POSTS_PER_AUTHOR));
}

/** In rows as the post log has them. */
function build(index: RecentIndex, direction: Direction): Built {
  const random = randomWords(direction === "now" ? 7 : 8);
  const beganMs = Date.UTC(2026, 10, 26) - POST_EPOCH_MS;
  const authors = new Uint32Array(2 * POSTS_PER_ROW);
  const posts = new Uint32Array(2 * POSTS_PER_ROW);
  let seconds = 0;
  for (let first = 0; first < POSTS; first += POSTS_PER_ROW) {
    for (let i = 0; i < POSTS_PER_ROW; i++) {
      const place = direction === "now" ? first + i : POSTS - 1 - first - i;
      const timeMs = beganMs + Math.floor((place * SPAN_MS) / POSTS) + (random() % DISORDER_MS);
      // As makePostId does, without a bigint.
      posts[2 * i] = (timeMs % 1_024) * 2 ** 22 + (place & 8_191);
      posts[2 * i + 1] = Math.floor(timeMs / 1_024);
      authors[2 * i] = authorOf(random());
    }
    const startedMs = performance.now();
    index.insertAll(authors, posts, direction);
    seconds += (performance.now() - startedMs) / 1_000;
  }
  return { index, seconds };
}

function buildRow(how: string, { index, seconds }: Built): Row {
  const { posts, authors, bytes } = index.stats();
  return {
    what: `${short(posts)} posts of ${short(authors)} authors, ${how}`,
    measured: `${seconds.toFixed(1)} s, ${((seconds * 1e9) / posts).toFixed(0)} ns a post`,
    ratio: `${(bytes / posts).toFixed(1)} bytes a post`,
    aim: "15 bytes; 60M in 30 s",
  };
}

/** What the memory of this machine gives at this hour: a page is little else. */
function randomReadNs(): number {
  const words = new Uint32Array(2 ** 27);
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 0x9e3779b1) >>> 0;
  const reads = 2_000_000;
  let at = 1;
  const startedMs = performance.now();
  for (let i = 0; i < reads; i++) at = (words[at] + i) & (words.length - 1);
  const ns = ((performance.now() - startedMs) * 1e6) / reads;
  return at < 0 ? 0 : ns;
}

function pageRows(index: RecentIndex, readNs: number): Row[] {
  const micros = FRIENDS.map((friends) => ({
    newest: pageMicros(index, friends, 0n),
    deeper: pageMicros(index, friends, makePostId(Date.UTC(2026, 10, 27), 0, 0)),
  }));
  const reads = (pageMicros: number) => ((pageMicros * 1_000) / readNs).toFixed(0);
  return micros.map(({ newest, deeper }, i) => ({
    what: `page of ${PAGE}, ${FRIENDS[i]} friends`,
    measured: `${newest.toFixed(1)} us; a day back ${deeper.toFixed(1)} us`,
    ratio: `${reads(newest)} random reads; a day back ${reads(deeper)}`,
    aim: AIMS[i],
  }));
}

function pageMicros(index: RecentIndex, friends: number, before: bigint): number {
  const random = randomWords(friends);
  const pages = Math.ceil(2_000_000 / friends);
  const sets = Array.from({ length: Math.min(pages, 2_000) }, () =>
    Uint32Array.from({ length: 2 * friends }, (_, i) => (i % 2 === 0 ? authorOf(random()) : 0)),
  );
  const newest = new NewestFirst(index, PAGE);
  const window = createEntryWindow(PAGE);
  const read = (i: number) => {
    newest.start(before, 0n, PAGE);
    newest.offer(sets[i % sets.length]);
    newest.finish(window);
  };
  for (let i = 0; i < pages / 4; i++) read(i);
  const startedMs = performance.now();
  for (let i = 0; i < pages; i++) read(i);
  return ((performance.now() - startedMs) * 1_000) / pages;
}

/** The same again behind what is there, with no more room than that took. */
function evictionRow(built: Built): Row {
  const { bytes, posts } = built.index.stats();
  const small = build(new RecentIndex(Math.floor(bytes / 4)), "now");
  const { bytes: smallBytes, posts: kept } = small.index.stats();
  return {
    what: `as they come, with room for a quarter`,
    measured: `${((small.seconds * 1e9) / POSTS).toFixed(0)} ns a post, ${short(kept)} posts kept`,
    ratio: `${(small.seconds / built.seconds).toFixed(2)}x; ${((smallBytes / bytes) * (posts / kept)).toFixed(2)}x the bytes a post`,
    aim: "near 1",
  };
}

import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { MAX_ID } from "../../../services/model/ids.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import type { ExpectedPost } from "../ledger/expectations.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Tally } from "../ledger/tally.ts";
import type { Viewing } from "../viewing/viewing.ts";
import { lacksSomething } from "./page-reads.ts";
import { ScrollCheck } from "./scroll-check.ts";

export interface LastLookOptions {
  readonly viewing: Viewing;
  readonly viewers: readonly number[];
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly time: Clock;
  /** On the monotonic clock: what is missing then is lost. */
  readonly untilMs: number;
}

/** An expected entry that its viewer's timeline does not hold. */
export interface MissingEntry extends ExpectedPost {
  readonly viewer: number;
}

const PAGE_ENTRIES = 200;
/** A hundred times the entries that a timeline process keeps of a viewer at most. */
const MAX_PAGES = 5_000;
const AT_ONCE = 8;
const WAIT_MS = 200;

/** Scrolls every watcher's timeline back and gives the acknowledged posts that are not there. */
export async function lookAtAll(options: LastLookOptions): Promise<readonly MissingEntry[]> {
  const expected = options.ledger.expectations.byWatcher(options.viewers.length);
  const missing = await inParallel(AT_ONCE, expected, async (posts, watcher) => {
    const viewer = options.viewers[watcher];
    const lost = await lookAt(options, watcher, posts);
    return lost.map((post): MissingEntry => ({ ...post, viewer }));
  });
  return missing.flat();
}

/** Looks again until all is there, or time is up. */
async function lookAt(
  options: LastLookOptions,
  watcher: number,
  expected: readonly ExpectedPost[],
): Promise<readonly ExpectedPost[]> {
  if (expected.length === 0) return [];
  const { time, untilMs } = options;
  const oldest = expected.reduce((low, { postId }) => (postId < low ? postId : low), MAX_ID);
  for (;;) {
    const isLast = time.monotonicMs() >= untilMs;
    const look = await scrollBack(options, options.viewers[watcher], oldest);
    const absent = look ? expected.filter(({ postId }) => !look.scroll.ids.has(postId)) : expected;
    if (isLast || absent.length === 0) return judge(options, watcher, look, absent);
    await time.delay(WAIT_MS);
  }
}

/** Counts what the last look shows, and gives what is lost of `absent`. */
function judge(
  { ledger, tally: { counts } }: LastLookOptions,
  watcher: number,
  look: Look | undefined,
  absent: readonly ExpectedPost[],
): readonly ExpectedPost[] {
  if (!look) {
    counts.unverified += absent.length;
    return [];
  }
  const { scroll, lowest } = look;
  counts.repeated += scroll.repeated;
  counts.disordered += scroll.disordered;
  for (const { postId, authorId } of scroll.entries) ledger.judgeAuthor(watcher, postId, authorId);
  // Below the floor a timeline can't be read: what a stream brought was there.
  counts.unverified += absent.filter(
    ({ postId }) => postId < lowest && !ledger.expectations.wasStreamed(postId, watcher),
  ).length;
  return absent.filter(({ postId }) => postId >= lowest);
}

interface Look {
  readonly scroll: ScrollCheck;
  /** Everything from this id on was looked at. */
  readonly lowest: bigint;
}

/** All entries down to `oldest`, or to the floor; undefined when the timeline can't be read as a whole. */
async function scrollBack(
  { viewing }: LastLookOptions,
  viewer: number,
  oldest: bigint,
): Promise<Look | undefined> {
  const scroll = new ScrollCheck();
  let pageToken = "";
  for (let n = 0; n < MAX_PAGES; n++) {
    const page = await viewing.page(viewer, PAGE_ENTRIES, pageToken).catch(() => {});
    if (!page || lacksSomething(page)) return undefined;
    scroll.take(page.entries);
    const { last = MAX_ID } = scroll;
    if (page.nextPageToken === "") return { scroll, lowest: 0n };
    if (last <= oldest || page.degraded.includes(DegradedReason.BELOW_FLOOR)) {
      return { scroll, lowest: last };
    }
    pageToken = page.nextPageToken;
  }
  return undefined;
}

import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { keyOf } from "../../../population/hash.ts";
import { MAX_ID } from "../../../services/model/ids.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import type { MicroClock } from "../../drivers/driver.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Tally } from "../ledger/tally.ts";
import type { ShownPage, Viewing } from "../viewing/viewing.ts";
import { ScrollCheck } from "./scroll-check.ts";

export interface PageReadOptions {
  readonly viewing: Viewing;
  readonly viewers: readonly number[];
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly clock: MicroClock;
  readonly time: Clock;
  readonly seed: number;
  readonly readsPerSecond: number;
  readonly signal: AbortSignal;
}

const PAGE_ENTRIES = 20;
/** One read in so many scrolls on. */
const SCROLLS_ON = 4;

/** Reads the watchers' pages in turn until aborted; a slow answer delays the next read. */
export async function readPages(options: PageReadOptions): Promise<void> {
  const { viewers, time, seed, readsPerSecond, signal } = options;
  if (readsPerSecond === 0) return;
  for (let n = 0; !signal.aborted; n++) {
    const startedMs = time.monotonicMs();
    const pages = keyOf(seed, n) % SCROLLS_ON === 0 ? 2 : 1;
    await readScroll(options, n % viewers.length, pages);
    const leftMs = startedMs + 1_000 / readsPerSecond - time.monotonicMs();
    await time.delay(Math.max(0, leftMs), signal).catch(() => {});
  }
}

async function readScroll(options: PageReadOptions, watcher: number, pages: number): Promise<void> {
  const { counts } = options.tally;
  const scroll = new ScrollCheck();
  await scrollOn(options, watcher, pages, scroll);
  counts.repeated += scroll.repeated;
  counts.disordered += scroll.disordered;
}

async function scrollOn(
  { viewing, viewers, ledger, tally: { counts }, clock, signal }: PageReadOptions,
  watcher: number,
  pages: number,
  scroll: ScrollCheck,
): Promise<void> {
  let pageToken = "";
  for (let n = 0; n < pages; n++) {
    const sentMicros = clock.nowMicros();
    const page = await viewing.page(viewers[watcher], PAGE_ENTRIES, pageToken).catch(() => {});
    if (signal.aborted) return;
    counts.probe_reads++;
    if (!page) {
      counts.failed_reads++;
      return;
    }
    const below = scroll.last;
    scroll.take(page.entries);
    if (lacksSomething(page)) counts.degraded_pages++;
    const span = lacksSomething(page) ? undefined : { lowest: lowestOf(page), below };
    ledger.paged({
      watcher,
      entries: page.entries,
      span,
      sentMicros,
      seenMicros: clock.nowMicros(),
    });
    pageToken = page.nextPageToken;
    if (pageToken === "" || span === undefined) return;
  }
}

/** The floor is where every timeline ends; what is above it is all there. */
export function lacksSomething({ degraded }: ShownPage): boolean {
  return degraded.some((reason) => reason !== DegradedReason.BELOW_FLOOR);
}

/** Down to where a page speaks: its last entry, or everything when nothing follows. */
function lowestOf({ entries, nextPageToken }: ShownPage): bigint {
  if (nextPageToken === "") return 0n;
  // A page of nothing that goes on says nothing.
  return entries.at(-1)?.postId ?? MAX_ID;
}

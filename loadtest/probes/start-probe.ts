import type { Clock } from "../../services/platform/clock/clock.ts";
import type { MicroClock } from "../drivers/driver.ts";
import { mergeHistograms } from "../measure/histogram.ts";
import { within } from "../run/within.ts";
import { Ledger, type LedgerOptions } from "./ledger/ledger.ts";
import { type ProbeCounts, Tally } from "./ledger/tally.ts";
import { WrittenPosts } from "./ledger/written-posts.ts";
import type { Probe } from "./probe.ts";
import { reportOf } from "./probe-report.ts";
import { type Follower, follow } from "./reading/follow.ts";
import { lookAtAll } from "./reading/last-look.ts";
import { lookUpPosts } from "./reading/look-up-posts.ts";
import { readPages } from "./reading/page-reads.ts";
import type { Viewing } from "./viewing/viewing.ts";
import type { ProbedPopulation, Watchers } from "./watchers/choose-watchers.ts";
import { readyWatchers } from "./watchers/ready-watchers.ts";

/** As in ProbeOptions. */
export interface StartOptions extends LedgerOptions {
  readonly population: ProbedPopulation;
  readonly seed: number;
  readonly clock: MicroClock;
  readonly readsPerSecond: number;
  readonly lostAfterMs: number;
  readonly readyWithinMs: number;
}

const POLL_MS = 20;
/** Posts that are read again, with their texts. */
const SAMPLED_POSTS = 1_000;
const FOUND_AT_THE_END: readonly (keyof ProbeCounts)[] = [
  "lost",
  "lost_posts",
  "altered",
  "unverified",
  "unstreamed",
];

type Parts = Pick<StartOptions, "clock"> & {
  readonly viewing: Viewing;
  readonly viewers: readonly number[];
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly time: Clock;
  readonly signal: AbortSignal;
};

/** Watches with those of the chosen who are ready. The probe closes `viewing`. */
export async function startProbe(
  viewing: Viewing,
  chosen: Watchers,
  options: StartOptions,
  time: Clock,
): Promise<Probe> {
  const { clock, seed } = options;
  const watchers = await readyWatchers(viewing, chosen, time, options.readyWithinMs);
  const { viewers } = watchers;
  const tally = new Tally();
  const { counts } = tally;
  counts.watchers = viewers.length;
  counts.unready_watchers = chosen.viewers.length - viewers.length;
  const ledger = new Ledger(watchers, tally, options);
  const written = new WrittenPosts(SAMPLED_POSTS, seed);
  const stopped = new AbortController();
  const { signal } = stopped;
  const parts = { ...options, viewing, viewers, ledger, tally, time, signal };
  const streams = watchAll(parts);
  await within(options.readyWithinMs, streams.begun, time);
  const running = Promise.all([readPages(parts), streams.ended]);
  let isFinished = false;

  async function stop() {
    stopped.abort();
    await running;
  }

  async function finish(drained: Promise<unknown>) {
    await drained.catch(() => {});
    const untilMs = time.monotonicMs() + options.lostAfterMs;
    while (ledger.expectations.awaited > 0 && time.monotonicMs() < untilMs) {
      await time.delay(POLL_MS);
    }
    counts.unstreamed = ledger.closeLag(clock.nowMicros());
    await stop();
    const missing = await lookAtAll({ ...parts, untilMs });
    await lookUpPosts({
      viewing,
      population: options.population,
      tally,
      missing,
      written: written.sample,
    });
    isFinished = true;
  }

  function keepCounts() {
    counts.expected_entries = ledger.expectations.expected;
    counts.unwatched_posts = ledger.expectations.dropped;
  }

  return {
    acknowledged(author, postId, atMicros, textNumber) {
      written.offer(author, postId, atMicros, textNumber);
      ledger.acknowledged(author, postId, atMicros);
    },
    finish: ({ drained }) => finish(drained),
    counters() {
      keepCounts();
      const known = Object.entries(counts) as [keyof ProbeCounts, number][];
      return new Map(known.filter(([name]) => isFinished || !FOUND_AT_THE_END.includes(name)));
    },
    distributions(operations) {
      const lateness = mergeHistograms(operations.map((operation) => operation.lateness));
      return new Map([["lag", { values: tally.lag, lateness }]]);
    },
    series: () => (tally.lag.totalCount === 0 ? new Map() : new Map([["lag", tally.lagSeries]])),
    report() {
      keepCounts();
      return reportOf(tally);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      viewing.close();
    },
  };
}

/** A stream for each watcher. `begun`: all have brought their first page. `ended`: after the signal. */
function watchAll({ viewing, viewers, ledger, tally, clock, time, signal }: Parts) {
  const streams = viewers.map((viewer, watcher) => {
    const first = Promise.withResolvers<void>();
    const follower: Follower = {
      begun: (entries) => {
        ledger.alreadyThere(watcher, entries, clock.nowMicros());
        first.resolve();
      },
      came: (entries) => {
        const nowMicros = clock.nowMicros();
        for (const entry of entries) ledger.streamed(watcher, entry, nowMicros);
      },
      resumes: () => {
        tally.counts.resumed_streams++;
      },
    };
    return { begun: first.promise, ended: follow({ viewing, viewer, follower, time, signal }) };
  });
  return {
    begun: Promise.all(streams.map(({ begun }) => begun)),
    ended: Promise.all(streams.map(({ ended }) => ended)),
  };
}

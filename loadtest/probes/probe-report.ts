import { quantile } from "../measure/histogram.ts";
import { FINDING_KINDS, type Finding, type ProbeCounts, type Tally } from "./ledger/tally.ts";

/** What the probe of one generator found. JSON as it is. */
export interface ProbeReport {
  readonly counts: ProbeCounts;
  /** The first 20 of each kind. */
  readonly findings: readonly Finding[];
  /** For people, one sentence each: what was looked at, then all that is not as it should be. */
  readonly sentences: readonly string[];
}

const MAX_NAMED = 20;

export function reportOf({ counts, findings, lag }: Tally): ProbeReport {
  return {
    counts: { ...counts },
    findings: [...findings],
    sentences: [
      lookedAt(counts, quantile(lag, 0.5), quantile(lag, 0.99), lag.totalCount),
      ...WORDS.filter(([name]) => counts[name] > 0).map(
        ([name, words]) => `${counts[name]} ${words}`,
      ),
      ...FINDING_KINDS.flatMap((kind) => findings.filter(({ what }) => what === kind))
        .slice(0, MAX_NAMED)
        .map(sentenceOf),
    ],
  };
}

function lookedAt(counts: ProbeCounts, p50: number, p99: number, measured: number): string {
  const watched = `${counts.watchers} viewers watched, ${counts.expected_entries} entries of acknowledged posts were due to them`;
  const lag =
    measured === 0
      ? "no lag was measured, for nobody they know posted in the measured part"
      : `lag of ${measured}: p50 ${millis(p50)}, p99 ${millis(p99)}`;
  return `${watched}; ${lag}; ${counts.probe_reads} pages were read beside.`;
}

/** What to say of a count that is not 0. */
const WORDS: readonly (readonly [keyof ProbeCounts, string])[] = [
  ["lost", "LOST: acknowledged, and not there when all was quiet."],
  ["lost_posts", "of these posts are unknown to the post service itself."],
  ["altered", "posts are not what was written."],
  ["stale", "pages lacked an entry that was due."],
  ["vanished", "of these pages lacked what their viewer had been shown before."],
  ["repeated", "entries came twice in one scroll."],
  ["disordered", "entries of a scroll were newer than the one above them."],
  ["strange", "entries were shown to who is no friend of their author, or under a wrong name."],
  ["unverified", "entries could not be looked for: below the floor, or their timeline unreadable."],
  ["unstreamed", "entries had come on no stream by the end; they are in the lag with that time."],
  ["unready_watchers", "viewers were not filled in time, and not watched."],
  ["resumed_streams", "streams ended and were resumed."],
  ["degraded_pages", "pages named something as missing."],
  ["failed_reads", "reads of the probe failed."],
  ["unwatched_posts", "posts were left out of the last look, to bound memory."],
];

function sentenceOf({ what, postId, author, viewer, ackedAtSecond }: Finding): string {
  const by = author === undefined ? "" : ` by ${author}`;
  const to = viewer === undefined ? "" : ` at ${viewer}`;
  const when = ackedAtSecond === undefined ? "" : `, acknowledged at ${ackedAtSecond.toFixed(3)} s`;
  return `${what}: post ${postId}${by}${to}${when}.`;
}

function millis(micros: number): string {
  return `${(micros / 1000).toFixed(1)} ms`;
}

import { newHistogram } from "../../measure/histogram.ts";
import { Series } from "../../measure/series.ts";

/** What probes count, by the names that thresholds use: faults, then what the probe could not see, then work. */
const NOTHING = {
  /** Acknowledged posts missing at a watcher's timeline when all is quiet, and sampled posts that are gone. */
  lost: 0,
  /** Posts that the post service does not know, though it acknowledged them. */
  lost_posts: 0,
  /** Posts whose text or author is not what was sent. */
  altered: 0,
  /** Pages that lack an entry which they must show. */
  stale: 0,
  /** Of these, pages that lack what their viewer had been shown. */
  vanished: 0,
  /** Entries that came twice within one page or scroll. */
  repeated: 0,
  /** Entries of a scroll with an id above that of the entry before. */
  disordered: 0,
  /** Times that an entry was seen at who is no friend of its author, or under another's name. */
  strange: 0,

  /** Expected entries of which nobody can say: below the floor before a stream brought them, or unreadable. */
  unverified: 0,
  /** Entries that no stream had brought when all was quiet; in the lag as long as that took. */
  unstreamed: 0,
  /** Streams that ended and were resumed. */
  resumed_streams: 0,
  /** Watchers whose timelines were not filled in time before the run: nothing is expected of them. */
  unready_watchers: 0,
  /** Pages that named something as missing. */
  degraded_pages: 0,
  failed_reads: 0,
  /** Posts that watchers' timelines should hold and the last look left out, to bound memory. */
  unwatched_posts: 0,

  watchers: 0,
  expected_entries: 0,
  probe_reads: 0,
};

export type ProbeCounts = typeof NOTHING;

/** What a finding may be, the worst first. */
export const FINDING_KINDS = [
  "lost post",
  "lost entry",
  "altered",
  "vanished",
  "strange",
  "stale",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** An entry or post that is not where it must be. JSON: ids as text. */
export interface Finding {
  readonly postId: string;
  /** Undefined: another generator knows. */
  readonly author: number | undefined;
  /** Who misses it; undefined: everybody would. */
  readonly viewer: number | undefined;
  readonly what: FindingKind;
  /** Seconds of the run, when it was acknowledged; undefined: not by this generator. */
  readonly ackedAtSecond: number | undefined;
}

const MAX_FINDINGS = 20;

/** What has been found so far. */
export class Tally {
  readonly counts: ProbeCounts = { ...NOTHING };
  /** From a post's acknowledgement until a watcher's stream brings its entry, us. */
  readonly lag = newHistogram();
  /** The same over the time of the run, by when the entry came. */
  readonly lagSeries = new Series();
  /** The first of each kind. */
  readonly findings: Finding[] = [];
  readonly #found = new Map<FindingKind, number>();

  find(finding: Finding): void {
    const found = this.#found.get(finding.what) ?? 0;
    this.#found.set(finding.what, found + 1);
    if (found < MAX_FINDINGS) this.findings.push(finding);
  }
}

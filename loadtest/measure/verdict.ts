import { hangingOnOne } from "./few-calls.ts";
import { quantile } from "./histogram.ts";
import {
  isByLateness,
  type JudgedThreshold,
  judgeThreshold,
  type Outcome,
} from "./judge-threshold.ts";
import type { Measured } from "./measured.ts";
import { howToBePunctual } from "./punctuality.ts";
import type { Threshold } from "./thresholds.ts";
import { type JudgedRate, judgeRate } from "./validity.ts";
import { notesOf, warningsOf } from "./warnings.ts";

/** Of a whole run. Without a threshold nothing was asked, and so nothing has passed. */
type RunOutcome = Outcome | "no verdict";

/** What a command ends with, by its verdict. 1 stays for errors, 2 for wrong usage. */
export const EXIT_CODES: Readonly<Record<RunOutcome, number>> = {
  passed: 0,
  "no verdict": 0,
  failed: 3,
  invalid: 4,
  inconclusive: 5,
};

/** Nothing can be said of what was asked; the message says why. Commands end with its exit code. */
export class InconclusiveError extends Error {
  override readonly name = "InconclusiveError";

  constructor(why: string) {
    super(`INCONCLUSIVE: ${why}`);
  }
}

/** The reason of a run in which nothing was answered well. */
export const IN_VAIN = "not one call was answered well.";

export interface Verdict {
  readonly outcome: RunOutcome;
  readonly thresholds: readonly JudgedThreshold[];
  readonly rate: JudgedRate;
  /** Why it is not passed, one sentence each. */
  readonly reasons: readonly string[];
  /** What to know, though it changes nothing. */
  readonly warnings: readonly string[];
  /** What belongs into the same sentence as the outcome, as "a waited for a CPU 97% of the time". */
  readonly notes?: readonly string[];
}

/**
 * Judges a run by its question: what is broken beyond doubt fails, whatever else is not known; what hangs on
 * the generator's lateness, its own bound on what is open, or the machine's speed is not known. A run of which
 * nothing was answered well fails, whatever was asked. Throws a ThresholdError for a threshold on something that was not measured.
 */
export function judge(measured: Measured, thresholds: readonly Threshold[]): Verdict {
  const { windows, driver } = measured;
  const judged = thresholds.map((threshold) => judgeThreshold(measured, threshold));
  const isInVain = wasInVain(measured);
  const isBroken = isInVain || judged.some(({ outcome }) => outcome === "failed");
  const rate = judgeRate(windows, {
    latenessMicros: typicalLateness(measured),
    wantedShare: busiest(measured),
    waitedShare: waitedShare(measured),
    toolWithoutRoom: driver.timesFrom === "sent" && !isBroken ? driver.name : undefined,
  });
  const reasons = [
    ...(isInVain ? [`FAILED: ${IN_VAIN}`] : []),
    ...(rate.reason ? [`INVALID: ${rate.reason}`] : []),
    ...judged.flatMap(({ reason }) => reason ?? []),
    ...(judged.some(isByLateness) ? [howToBePunctual(measured)] : []),
  ];
  return {
    outcome: isInVain ? "failed" : outcomeOf(judged, rate),
    thresholds: judged,
    rate,
    reasons,
    warnings: [...warningsOf(measured), ...hangingOnOne(judged)],
    notes: notesOf(measured),
  };
}

/** As when the target is another than the one that was meant. When nothing was sent, that is not the target's doing. */
function wasInVain({ operations }: Measured): boolean {
  const isAsked = operations.some(({ counts }) => counts.sent > 0);
  return isAsked && operations.every(({ counts }) => counts.ok === 0);
}

function outcomeOf(judged: readonly JudgedThreshold[], rate: JudgedRate): RunOutcome {
  const some = (wanted: Outcome) => judged.some(({ outcome }) => outcome === wanted);
  if (some("failed")) return "failed";
  if (!rate.valid || some("invalid")) return "invalid";
  if (some("inconclusive")) return "inconclusive";
  return judged.length === 0 ? "no verdict" : "passed";
}

function busiest({ machines }: Measured): number {
  return Math.max(0, ...machines.map(({ wantedShare = 0 }) => wantedShare));
}

/** Of all calls: they waited for a connection, or for one of the streams that the target allows on it. */
function waitedShare({ operations }: Measured): number {
  const intended = operations.reduce((sum, { counts }) => sum + counts.intended, 0);
  const waited = operations.reduce((sum, { waits }) => sum + waits.slot.count, 0);
  return intended === 0 ? 0 : waited / intended;
}

/** How late the generator was, typically, at its latest kind of call. */
function typicalLateness({ operations }: Measured): number {
  return Math.max(0, ...operations.map(({ lateness }) => quantile(lateness, 0.5)));
}

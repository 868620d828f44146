import { speedChange } from "./machine/conditions.ts";
import type { Distribution, Measured } from "./measured.ts";
import { type Counts, failedShare, failures } from "./operation-record.ts";
import { howToBePunctual } from "./punctuality.ts";
import { holds, type Threshold, ThresholdError } from "./thresholds.ts";
import {
  ALLOWED,
  type JudgedRate,
  type JudgedTime,
  judgeMean,
  judgeQuantile,
  judgeRate,
  rangeOf,
} from "./validity.ts";
import { notesOf, warningsOf } from "./warnings.ts";

/** Invalid: the generator spoilt what the question hangs on. Inconclusive: the machine did. */
export type Outcome = "passed" | "failed" | "invalid" | "inconclusive";

/** What a command ends with, by its verdict. 1 stays for errors, 2 for wrong usage. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = {
  passed: 0,
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

export interface JudgedThreshold {
  readonly threshold: Threshold;
  readonly outcome: Outcome;
  /** As the threshold's bound is: us, a share, or a count. */
  readonly value: number;
  /** The time it needed, if it did. */
  readonly time: JudgedTime | undefined;
  /** Why it is not passed; undefined too in results of before 2026-11-30. */
  readonly reason?: string | undefined;
}

export interface Verdict {
  readonly outcome: Outcome;
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
 * the generator's lateness or the machine's speed is not known. A run of which nothing was answered well fails,
 * whatever was asked. Throws a ThresholdError for a threshold on something that was not measured.
 */
export function judge(measured: Measured, thresholds: readonly Threshold[]): Verdict {
  const rate = judgeRate(measured.windows);
  const judged = thresholds.map((threshold) => judgeThreshold(measured, threshold));
  const isInVain = wasInVain(measured);
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
    warnings: warningsOf(measured),
    notes: notesOf(measured),
  };
}

/** As when the target is another than the one that was meant. When nothing was sent, that is not the target's doing. */
function wasInVain({ operations }: Measured): boolean {
  const isAsked = operations.some(({ counts }) => counts.sent > 0);
  return isAsked && operations.every(({ counts }) => counts.ok === 0);
}

function outcomeOf(judged: readonly JudgedThreshold[], rate: JudgedRate): Outcome {
  const some = (wanted: Outcome) => judged.some(({ outcome }) => outcome === wanted);
  if (some("failed")) return "failed";
  if (!rate.valid || some("invalid")) return "invalid";
  return some("inconclusive") ? "inconclusive" : "passed";
}

function judgeThreshold(measured: Measured, threshold: Threshold): JudgedThreshold {
  const { metric, comparison, bound } = threshold;
  const time = timeOf(measured, threshold);
  const value = time?.micros ?? plainValue(measured, threshold, metric.of);
  const passed = holds(value, comparison, bound) ? "passed" : "failed";
  const outcome = time ? (doubtIn(time, threshold, measured.machines) ?? passed) : passed;
  const judged: JudgedThreshold = { threshold, outcome, value, time };
  return outcome === "passed" ? judged : { ...judged, reason: reasonOf(judged, measured) };
}

/** Something was measured, and the generator was too late to know what. */
function isByLateness({ outcome, time }: JudgedThreshold): boolean {
  return outcome === "invalid" && time !== undefined && time.count > 0;
}

/**
 * What keeps a time from answering its question. Only a bound within reach is in doubt: 30 ms by a generator
 * 3 ms late say all there is to say about 1 s.
 */
function doubtIn(
  time: JudgedTime,
  { comparison, bound }: Threshold,
  machines: Measured["machines"],
): "invalid" | "inconclusive" | undefined {
  if (time.count === 0) return "invalid";
  const differs = ([low, high]: readonly [number, number]) =>
    holds(low, comparison, bound) !== holds(high, comparison, bound);
  if (!time.valid && differs(rangeOf(time))) return "invalid";
  const speed = speedChange(machines);
  return differs([time.micros / speed, time.micros * speed]) ? "inconclusive" : undefined;
}

function timeOf(measured: Measured, threshold: Threshold): JudgedTime | undefined {
  const { metric } = threshold;
  if (metric.kind !== "quantile" && metric.kind !== "mean") return undefined;
  const { values, lateness } = distributionOf(measured, threshold, metric.of);
  if (metric.kind === "mean") return judgeMean(values, lateness);
  return judgeQuantile(values, lateness, metric.q);
}

function plainValue(measured: Measured, threshold: Threshold, of: string): number {
  if (threshold.metric.kind === "failed") {
    const record = measured.operations.find(({ name }) => name === of);
    if (!record) throw unknown(threshold, of, names(measured));
    return failedShare(record);
  }
  const known = counters(measured);
  const value = known.get(of);
  if (value === undefined) throw unknown(threshold, of, [...known.keys()]);
  return value;
}

function distributionOf(measured: Measured, threshold: Threshold, name: string): Distribution {
  const record = measured.operations.find((one) => one.name === name);
  const found = record
    ? { values: record.response, lateness: record.lateness }
    : measured.distributions.get(name);
  if (!found) {
    throw unknown(threshold, name, [...names(measured), ...measured.distributions.keys()]);
  }
  return found;
}

function names({ operations }: Measured): readonly string[] {
  return operations.map(({ name }) => name);
}

/** The run's own counters, and the sums over all operations. */
function counters({ counters: own, operations }: Measured): ReadonlyMap<string, number> {
  const sum = (count: (counts: Counts) => number) =>
    operations.reduce((total, { counts }) => total + count(counts), 0);
  return new Map([
    ["failures", sum(failures)],
    ["timeouts", sum(({ timeout }) => timeout)],
    ["not_sent", sum(({ notSent }) => notSent)],
    ...own,
  ]);
}

function unknown({ text }: Threshold, name: string, known: readonly string[]): ThresholdError {
  return new ThresholdError(
    `Threshold "${text}": ${name} was not measured. Measured were: ${known.join(", ")}.`,
  );
}

function reasonOf(
  { threshold, outcome, value, time }: JudgedThreshold,
  { driver, machines }: Measured,
): string {
  if (outcome === "invalid" && time)
    return `INVALID: ${threshold.text}: ${whyInvalid(time, driver)}.`;
  const { kind } = threshold.metric;
  const shown =
    kind === "counter"
      ? String(value)
      : kind === "failed"
        ? `${Number((100 * value).toPrecision(3))}%`
        : millis(value);
  if (outcome === "inconclusive") {
    const percent = Math.round(100 * (speedChange(machines) - 1));
    return `INCONCLUSIVE: ${threshold.text}: it was ${shown}, and the CPU's speed changed by ${percent}% meanwhile: run it again, where nothing else takes the CPU, or ask for a bound that is further away.`;
  }
  return `FAILED: ${threshold.text}: it was ${shown}.`;
}

function whyInvalid(time: JudgedTime, { name, timesFrom }: Measured["driver"]): string {
  if (time.count === 0) {
    return timesFrom === "sent"
      ? `${name} times from its actual sends, and response times count from the intended ones: use another driver`
      : "nothing was measured there";
  }
  const { micros, latenessMicros, allowedMicros } = time;
  const [low, high] = rangeOf(time);
  return `it was ${millis(micros)}, and the generator itself was ${millis(latenessMicros)} late there, and ${millis(allowedMicros)} is allowed (${ALLOWED}): the true time lies between ${millis(low)} and ${millis(high)}, so a bound outside of these is judged, and this one is not`;
}

function millis(micros: number): string {
  return `${(micros / 1000).toFixed(2)} ms`;
}

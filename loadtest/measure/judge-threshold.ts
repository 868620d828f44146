import { speedChange } from "./machine/conditions.ts";
import type { Measured } from "./measured.ts";
import { type Counts, failures, type OperationRecord } from "./operation-record.ts";
import { holds, type Threshold, ThresholdError } from "./thresholds.ts";
import {
  ALLOWED,
  type JudgedTime,
  judgeMean,
  judgeQuantile,
  judgeSentMean,
  judgeSentQuantile,
  rangeOf,
} from "./validity.ts";

/** Invalid: the generator spoilt what the question hangs on. Inconclusive: the machine did. */
export type Outcome = "passed" | "failed" | "invalid" | "inconclusive";

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

/** What a threshold compares, and what it is of. */
interface Found {
  readonly value: number;
  readonly time?: JudgedTime;
}

interface Asked {
  readonly all: Found;
  /**
   * Without what the generator's own bound refused: a target can't be blamed for it, and might have answered
   * it well, or badly.
   */
  readonly sent: Found;
  readonly refused: number;
  readonly intended: number;
}

/** Judges one question of a run. Throws a ThresholdError for one on something that was not measured. */
export function judgeThreshold(measured: Measured, threshold: Threshold): JudgedThreshold {
  const asked = askedOf(measured, threshold);
  const { value, time } = asked.all;
  const outcome =
    doubtIn(asked, threshold, measured.machines) ??
    (holds(value, threshold.comparison, threshold.bound) ? "passed" : "failed");
  const judged: JudgedThreshold = { threshold, outcome, value, time };
  if (outcome === "passed") return judged;
  return { ...judged, reason: reasonOf(judged, asked, measured) };
}

/** Something was measured, and the generator was too late to know what. */
export function isByLateness({ outcome, time }: JudgedThreshold): boolean {
  return outcome === "invalid" && time !== undefined && time.count > 0 && !time.valid;
}

/**
 * What keeps a threshold from its answer. Only a bound within reach is in doubt: 30 ms by a generator 3 ms late
 * say all there is to say about 1 s.
 */
function doubtIn(
  { all, sent, intended }: Asked,
  { metric, comparison, bound }: Threshold,
  machines: Measured["machines"],
): "invalid" | "inconclusive" | undefined {
  if (isOfNothing(all, metric, intended)) return "invalid";
  const differ = (low: number, high: number) =>
    holds(low, comparison, bound) !== holds(high, comparison, bound);
  if (differ(leastOf(sent), mostOf(all))) return "invalid";
  if (!all.time) return undefined;
  const speed = speedChange(machines);
  return differ(sent.value / speed, all.value * speed) ? "inconclusive" : undefined;
}

/** Of no call there is neither a time nor a share: a later step that nobody came to keeps no promise. */
function isOfNothing({ time }: Found, { kind }: Threshold["metric"], intended: number): boolean {
  return kind === "failed" ? intended === 0 : time?.count === 0;
}

function leastOf({ value, time }: Found): number {
  return time && !time.valid ? rangeOf(time)[0] : value;
}

function mostOf({ value, time }: Found): number {
  return time && !time.valid ? rangeOf(time)[1] : value;
}

function askedOf(measured: Measured, threshold: Threshold): Asked {
  const { kind, of } = threshold.metric;
  if (kind === "counter") return counterOf(measured, threshold);
  const record = measured.operations.find(({ name }) => name === of);
  if (record) {
    const { refused, intended } = record.counts;
    return { ...ofRecord(record, threshold), refused, intended };
  }
  const beside = kind === "failed" ? undefined : measured.distributions.get(of);
  if (beside) {
    const { values, lateness } = beside;
    const { metric } = threshold;
    const all = found(
      metric.kind === "quantile"
        ? judgeQuantile(values, lateness, metric.q)
        : judgeMean(values, lateness),
    );
    return { all, sent: all, refused: 0, intended: values.totalCount };
  }
  const others = kind === "failed" ? [] : measured.distributions.keys();
  throw unknown(threshold, [...measured.operations.map(({ name }) => name), ...others]);
}

/**
 * What was sent beside what the bound refused has waited inside of the generator, as for one of its connections:
 * all that is the target's for certain is then the time from the frame written.
 */
function ofRecord(record: OperationRecord, { metric }: Threshold): Pick<Asked, "all" | "sent"> {
  const { response, service, lateness, counts } = record;
  const least = (sent: JudgedTime, served: JudgedTime) =>
    found(counts.refused > 0 && served.micros < sent.micros ? served : sent);
  if (metric.kind === "quantile") {
    const { q } = metric;
    const served = judgeQuantile(service, lateness, q);
    const sent = least(judgeSentQuantile(record, q), served);
    return { all: found(judgeQuantile(response, lateness, q)), sent };
  }
  if (metric.kind === "mean") {
    const sent = least(judgeSentMean(record), judgeMean(service, lateness));
    return { all: found(judgeMean(response, lateness)), sent };
  }
  const shareOf = (refused: number) => {
    const intended = counts.intended - refused;
    return { value: intended === 0 ? 0 : (failures(counts) - refused) / intended };
  };
  return { all: shareOf(0), sent: shareOf(counts.refused) };
}

function found(time: JudgedTime): Found {
  return { value: time.micros, time };
}

/** What each refused call counts in: of the run, and of flows, which it breaks. */
const WITH_REFUSED: ReadonlySet<string> = new Set(["failures", "not_sent", "broken_flows"]);

/** The run's own counters, and the sums over all operations. */
function counterOf({ counters, operations }: Measured, threshold: Threshold): Asked {
  const sum = (count: (counts: Counts) => number) =>
    operations.reduce((total, { counts }) => total + count(counts), 0);
  const known = new Map([
    ["failures", sum(failures)],
    ["timeouts", sum(({ timeout }) => timeout)],
    ["not_sent", sum(({ notSent }) => notSent)],
    ...counters,
  ]);
  const { of } = threshold.metric;
  const value = known.get(of);
  if (value === undefined) throw unknown(threshold, [...known.keys()]);
  const refused = WITH_REFUSED.has(of) ? sum((counts) => counts.refused) : 0;
  const sent = { value: Math.max(0, value - refused) };
  const intended = sum((counts) => counts.intended);
  return { all: { value }, sent: refused === 0 ? { value } : sent, refused, intended };
}

function unknown({ text, metric }: Threshold, known: readonly string[]): ThresholdError {
  return new ThresholdError(
    `Threshold "${text}": ${metric.of} was not measured. Measured were: ${known.join(", ")}.`,
  );
}

function reasonOf(
  { threshold, outcome, value, time }: JudgedThreshold,
  asked: Asked,
  { driver, machines }: Measured,
): string {
  const shown = shownAs(threshold, value);
  if (outcome === "inconclusive") {
    const percent = Math.round(100 * (speedChange(machines) - 1));
    return `INCONCLUSIVE: ${threshold.text}: it was ${shown}, and the CPU's speed changed by ${percent}% meanwhile: run it again, where nothing else takes the CPU, or ask for a bound that is further away.`;
  }
  if (outcome === "failed") return `FAILED: ${threshold.text}: it was ${shown}.`;
  const why =
    asked.refused > 0 && time?.count !== 0
      ? whyRefused(asked, threshold, driver)
      : time
        ? whyInvalid(time, driver)
        : NOTHING_THERE;
  return `INVALID: ${threshold.text}: ${why}.`;
}

function shownAs({ metric: { kind } }: Threshold, value: number): string {
  if (kind === "counter") return String(value);
  return kind === "failed" ? `${Number((100 * value).toPrecision(3))}%` : millis(value);
}

function whyRefused(
  { all, sent, refused, intended }: Asked,
  threshold: Threshold,
  { name, timesFrom }: Measured["driver"],
): string {
  const { time } = sent;
  const late =
    time === undefined || time.valid ? "" : ` by a generator ${millis(time.latenessMicros)} late`;
  const [of, without] = [all, sent].map(({ value }) => shownAs(threshold, value));
  const kept =
    timesFrom === "sent"
      ? `were not sent, for ${name} had no room for their answers (--connections)`
      : "were refused by the generator's own bound on what is begun and not over (--max-open)";
  return `${refused} of ${intended} ${kept}, which is no answer of the target: it was ${of} with these, and ${without} without${late}`;
}

function whyInvalid(time: JudgedTime, { name, timesFrom }: Measured["driver"]): string {
  if (time.count === 0) {
    return timesFrom === "sent"
      ? `${name} times from its actual sends, and response times count from the intended ones: use another driver`
      : NOTHING_THERE;
  }
  const { micros, latenessMicros, allowedMicros } = time;
  const [low, high] = rangeOf(time);
  return `it was ${millis(micros)}, and the generator itself was ${millis(latenessMicros)} late there, and ${millis(allowedMicros)} is allowed (${ALLOWED}): the true time lies between ${millis(low)} and ${millis(high)}, so a bound outside of these is judged, and this one is not`;
}

const NOTHING_THERE = "nothing was measured there";

function millis(micros: number): string {
  return `${(micros / 1000).toFixed(2)} ms`;
}

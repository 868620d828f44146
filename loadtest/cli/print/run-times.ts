import { styleText } from "node:util";
import { type Histogram, newHistogram, quantile } from "../../measure/histogram.ts";
import type { Measured } from "../../measure/measured.ts";
import { failures, type OperationRecord } from "../../measure/operation-record.ts";
import { ALLOWED, type JudgedTime, judgeQuantile, rangeOf } from "../../measure/validity.ts";
import { statusName, whyUnsent } from "../../results/status-name.ts";
import { textTable } from "./text-table.ts";

const QUANTILES = [0.5, 0.9, 0.99, 0.999, 1] as const;
/** Of what has no intended times. */
const NEVER_LATE = newHistogram();
const WHAT_INVALID_IS =
  'INVALID a..b: no number, for the generator itself was late; the true time is at least a, at most b. What to do is below, after "To make the generator punctual".';
const HEAD = ["operation", "sent/s", "ok", "not ok", ...QUANTILES.map(nameOf)];

/** How often, and how long it took, by operation; then why some were not answered well. */
export function timesText(measured: Measured, seconds: number): readonly string[] {
  const { operations, distributions, driver } = measured;
  const byService = driver.timesFrom === "sent";
  const rows = operations.flatMap((record) => [
    [
      record.name,
      ...countsOf(record, seconds),
      ...(byService
        ? quantilesOf(record.service, NEVER_LATE)
        : quantilesOf(record.response, record.lateness)),
    ],
    ...(byService ? [] : answeredRow(record)),
  ]);
  const others = [...distributions]
    .filter(([, { values }]) => values.totalCount > 0)
    .map(([name, { values, lateness }]) => [
      name,
      "",
      String(values.totalCount),
      "",
      ...quantilesOf(values, lateness),
    ]);
  return [
    textTable([HEAD, ...rows, ...others]),
    ...(isLate(measured) ? [WHAT_INVALID_IS] : []),
    ...(byService
      ? [`Times are from ${driver.name}'s actual sends, not from the intended ones.`]
      : []),
    ...operations.flatMap(troublesOf),
    ...(byService ? [] : operations.flatMap(latenessOf)),
  ];
}

/** Beside a response in which failures count as the timeout: what those saw who were answered. */
function answeredRow({ answered, response, lateness }: OperationRecord): readonly string[][] {
  const { totalCount } = answered;
  if (totalCount === 0 || totalCount === response.totalCount) return [];
  return [["  good answers only", "", String(totalCount), "", ...quantilesOf(answered, lateness)]];
}

function nameOf(q: number): string {
  return q === 1 ? "max" : `p${q * 100}`;
}

function countsOf({ counts }: OperationRecord, seconds: number): readonly string[] {
  const { sent, ok } = counts;
  return [(sent / seconds).toFixed(1), String(ok), String(failures(counts))];
}

/** One that the generator was too late to know is no number: between which it lies is known. */
function quantilesOf(values: Histogram, lateness: Histogram): readonly string[] {
  if (values.totalCount === 0) return QUANTILES.map(() => "-");
  return QUANTILES.map((q) => {
    const time = judgeQuantile(values, lateness, q);
    return time.valid ? millis(time.micros) : `${styleText("red", "INVALID")} ${between(time)}`;
  });
}

/** As "1.20..9.80 ms". */
function between(time: JudgedTime): string {
  const [least, most] = rangeOf(time).map(millis);
  const [, unit] = most.split(" ");
  return `${least.replace(` ${unit}`, "")}..${most}`;
}

/** Whether some quantile of the table is no number. */
export function isLate({ operations, distributions, driver }: Measured): boolean {
  const beside = [...distributions.values()];
  if (beside.some(({ values, lateness }) => rangesIn(values, lateness).length > 0)) return true;
  return driver.timesFrom !== "sent" && operations.some((one) => latenessOf(one).length > 0);
}

/** Why a quantile is no number, and what is known all the same. */
function latenessOf(record: OperationRecord): readonly string[] {
  const { name, response, answered, service, lateness } = record;
  const ofAll = rangesIn(response, lateness);
  const ofGood = answeredRow(record).length === 0 ? [] : rangesIn(answered, lateness);
  const late = `the generator itself was late, by more than ${ALLOWED}`;
  const lines = [
    ...(ofAll.length > 0 ? [`${name}: ${late}: ${ofAll.join(", ")}.`] : []),
    ...(ofGood.length > 0 ? [`${name}, good answers only: ${ofGood.join(", ")}.`] : []),
  ];
  if (lines.length === 0 || service.totalCount === 0) return lines;
  const times = QUANTILES.map((q) => `${nameOf(q)} ${millis(quantile(service, q))}`);
  return [
    ...lines,
    `${name}: service times, from the frame written until the answer was read, which a late send does not lengthen: ${times.join(", ")}.`,
  ];
}

/** Between what each quantile lies that is no number. */
function rangesIn(values: Histogram, lateness: Histogram): readonly string[] {
  if (values.totalCount === 0) return [];
  return QUANTILES.flatMap((q) => {
    const time = judgeQuantile(values, lateness, q);
    const range = rangeOf(time).map(millis).join(" to ");
    return time.valid ? [] : [`${nameOf(q)} is ${range} (${millis(time.latenessMicros)} late)`];
  });
}

function troublesOf(record: OperationRecord): readonly string[] {
  const { name, counts, statuses } = record;
  const why = whyUnsent(record);
  const kinds = [
    ...[...statuses].map(([code, count]) => `${count} ${statusName(code)}`),
    ...(counts.timeout > 0 ? [`${counts.timeout} timed out`] : []),
    ...(counts.notSent > 0 ? [`${counts.notSent} not sent${why && ` (${why})`}`] : []),
  ];
  return kinds.length === 0 ? [] : [`${name}: ${kinds.join(", ")}`];
}

function millis(micros: number): string {
  return `${(micros / 1000).toFixed(micros < 10_000 ? 2 : 0)} ms`;
}

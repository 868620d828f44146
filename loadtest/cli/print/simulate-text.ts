import type { SimulationResult, Windows } from "../../simulate/simulation-result.ts";
import { plotText, shortNumber } from "./plot.ts";
import { textTable } from "./text-table.ts";

const MILLI = 1e3;
const HOUR_SECONDS = 3_600;
const MAX_ROWS = 24;
const COLUMNS: readonly string[] = [
  "from",
  "posts/s",
  "deliveries/s",
  "p50",
  "p99",
  "highest",
  "waiting",
  "workers",
  "owners",
];

/**
 * The result for people: what was simulated, the hours, lag over time, and what became of posts.
 */
export function simulationText(result: SimulationResult): string {
  return [headText(result), tableText(result), lagPlot(result), countsText(result)].join("\n\n");
}

function headText({ model, seconds, fromSecond, outages, lag }: SimulationResult): string {
  const { post, friend, fanout, timeline } = model.processes;
  const away = outages.map(
    ({ what, index, fromSecond: from, seconds: long }) =>
      `Away: ${what}${index === undefined ? "" : ` ${index}`} at ${clock(from)} for ${shortNumber(long)} s.`,
  );
  return [
    `${shortNumber(seconds / HOUR_SECONDS)} h from ${clock(fromSecond)} UTC, ` +
      `${shortNumber(model.load.postsADay)} posts a day, ${model.engine} engines: ` +
      `${post} post, ${friend} friend, ${fanout} fan-out and ${timeline} timeline processes.`,
    ...away,
    `Lag from acknowledged to readable: p50 ${time(lag.p50Micros)}, p99 ${time(lag.p99Micros)}, ` +
      `p99.9 ${time(lag.p999Micros)}, highest ${time(lag.maxMicros)}.`,
  ].join("\n");
}

/** A row an hour, or for a shorter time a row for every few windows. */
function tableText({ windows, windowSeconds, seconds }: SimulationResult): string {
  const rowSeconds = Math.max(windowSeconds, Math.min(HOUR_SECONDS, seconds / MAX_ROWS));
  const perRow = Math.max(1, Math.round(rowSeconds / windowSeconds));
  const rows = [COLUMNS];
  for (let first = 0; first < windows.posts.length; first += perRow) {
    rows.push(rowOf(windows, first, first + perRow, windowSeconds));
  }
  return [
    textTable(rows),
    `Lag of posts by when they were acknowledged: p50 and p99 of the worst ${windowSeconds} s of each row.`,
    "Waiting: posts and chunks in outboxes and queues, on average. Workers, owners: CPU of one thread each.",
  ].join("\n");
}

function rowOf(windows: Windows, first: number, end: number, windowSeconds: number): string[] {
  const { depth, utilisation } = windows;
  const of = (column: readonly (number | null)[]) =>
    column.slice(first, end).filter((value) => value !== null);
  const mean = (column: readonly number[]) =>
    of(column).reduce((sum, value) => sum + value, 0) / Math.max(1, of(column).length);
  const worst = (column: readonly (number | null)[]) =>
    of(column).length === 0 ? "-" : time(Math.max(...of(column)));
  const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
  return [
    clock(windows.atSecond[first]),
    shortNumber(mean(windows.posts) / windowSeconds),
    shortNumber(mean(windows.deliveries) / windowSeconds),
    worst(windows.p50Micros),
    worst(windows.p99Micros),
    worst(windows.maxMicros),
    shortNumber(mean(depth.outbox) + mean(depth.posts) + mean(depth.chunks)),
    percent(mean(utilisation.fanout)),
    percent(mean(utilisation.timeline)),
  ];
}

function lagPlot(result: SimulationResult): string {
  const { windows, seconds, fromSecond } = result;
  const isLong = seconds >= 2 * HOUR_SECONDS;
  const times = windows.atSecond.map((second) =>
    isLong ? second / HOUR_SECONDS : (second - fromSecond) / 60,
  );
  const points = (column: readonly (number | null)[]) =>
    times.flatMap((at, i) => (column[i] ? [[at, column[i] / MILLI] as const] : []));
  const label = isLong ? "hour of the day in UTC" : "minutes from the start";
  return plotText(
    [
      { mark: "O", points: points(windows.p99Micros) },
      { mark: ".", points: points(windows.p50Micros) },
    ],
    { label, isLogarithmic: false },
    { label: "lag, ms (. p50, O p99)", isLogarithmic: true },
  );
}

function countsText({ counts }: SimulationResult): string {
  const number = (value: number) => Math.round(value).toLocaleString("en");
  return [
    `Posts: ${number(counts.posts)} acknowledged, ${number(counts.delivered)} delivered, ` +
      `${number(counts.dropped)} dropped, ${number(counts.held)} still held.`,
    `Deliveries: ${number(counts.deliveries)} stored; ${number(counts.appended)} given to owners, repeats ` +
      `included; ${number(counts.notStored)} to friends who are not active.`,
    `Calls to owners: ${number(counts.appendCalls)}, with ` +
      `${shortNumber(counts.pieces / counts.appendCalls)} posts each, of ` +
      `${time(counts.meanCallMicros)}; ${number(counts.timedOutCalls)} came to their deadline.`,
    `Redelivered: ${number(counts.redeliveries)} messages; ${number(counts.workerDeaths)} workers died. ` +
      `Cut: ${number(counts.longPosts)} posts into ${number(counts.chunks)} chunks.`,
  ].join("\n");
}

function clock(second: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const seconds = second % 60 === 0 ? "" : `:${two(second % 60)}`;
  return `${two((second / HOUR_SECONDS) % 24)}:${two((second / 60) % 60)}${seconds}`;
}

/** us for people. */
function time(micros: number | null): string {
  if (micros === null) return "-";
  if (micros < 1e6) return `${shortNumber(micros / MILLI)} ms`;
  return micros < 120e6 ? `${shortNumber(micros / 1e6)} s` : `${shortNumber(micros / 60e6)} min`;
}

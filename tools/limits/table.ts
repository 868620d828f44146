import { OPS_RATE_SECONDS } from "../../services/ratelimit/domain/amounts.ts";
import { LimitBook } from "../../services/ratelimit/domain/limits/limit-book.ts";
import type { CallerSeries, ScenarioRun } from "./run-scenario.ts";
import { verdictsOf } from "./verdict.ts";

const HEAD = ["caller", "assured/s", "ceiling/s", "wanted/s", "got/s", "got", "worst s", "best s"];
const MAX_ROWS = 50;

/** Who got what, as text; the last lines hold each root against its ceiling. */
export function tableOf(run: ScenarioRun): string {
  const { scenario, series, leaseCalls } = run;
  const book = new LimitBook(1n, scenario.limits);
  const rows = series.slice(0, MAX_ROWS).map((one) => rowOf(one, book));
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ");
  const verdicts = verdictsOf(run).map(({ root, most, atSecond, allowed, meanGot }) => {
    const verdict = most <= allowed ? "held" : "EXCEEDED";
    return (
      `${root}: ${figure(meanGot)} a second; at most ${figure(most)} (second ${atSecond}), ` +
      `where ${figure(allowed)} may be, with bursts: ${verdict}`
    );
  });
  return [
    `${scenario.name}: ${scenario.about}`,
    "",
    line(HEAD),
    ...rows.map(line),
    "",
    ...verdicts,
    `${leaseCalls} calls to the coordinator in ${scenario.seconds} s`,
  ].join("\n");
}

function rowOf({ caller, wanted, got }: CallerSeries, book: LimitBook): readonly string[] {
  const limits = book.limitOf(caller.path)?.limits;
  const rate = (anHour: number | undefined) =>
    anHour === undefined || anHour === Infinity ? "-" : figure(anHour / OPS_RATE_SECONDS);
  const [meanWanted, meanGot] = [wanted, got].map((all) => sumOf(all) / all.length);
  return [
    caller.name,
    rate(limits?.rate.ops),
    rate(limits?.ceiling.ops),
    figure(meanWanted),
    figure(meanGot),
    meanWanted === 0 ? "-" : `${Math.round((100 * meanGot) / meanWanted)}%`,
    figure(Math.min(...got)),
    figure(Math.max(...got)),
  ];
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

function figure(value: number): string {
  return Math.round(value).toLocaleString("en");
}

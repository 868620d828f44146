import type { SimulationResult } from "../../simulate/simulation-result.ts";
import type { ChartLine, ChartSpec, Mark } from "../charts/chart-spec.ts";
import { largestLines } from "../charts/largest-lines.ts";

/** What happens, how late it makes deliveries, and what waits and works meanwhile. */
export function chartsOverDay(result: SimulationResult): readonly ChartSpec[] {
  const { windows, windowSeconds } = result;
  const perSecond = (counts: readonly number[]) => counts.map((count) => count / windowSeconds);
  return [
    overDay(result, "Posts", { label: "acknowledged a second", unit: "perSecond" }, [
      { label: "posts", values: perSecond(windows.posts), tone: 1 },
    ]),
    overDay(result, "Deliveries", { label: "entries stored a second", unit: "perSecond" }, [
      { label: "deliveries", values: perSecond(windows.deliveries), tone: 1 },
    ]),
    overDay(result, "Lag", { label: "by acknowledgement", unit: "micros", isLogarithmic: true }, [
      { label: "p50", values: windows.p50Micros, tone: 1 },
      { label: "p99", values: windows.p99Micros, tone: 2, dash: "dashed" },
      { label: "max", values: windows.maxMicros, tone: 3, dash: "dotted" },
    ]),
    overDay(
      result,
      "Waiting",
      { label: "pieces of work, mean", unit: "count" },
      linesOf(windows.depth),
    ),
    overDay(
      result,
      "CPU by tier",
      { label: "share of its threads", unit: "share" },
      linesOf(windows.utilisation),
    ),
  ];
}

const BEGINNINGS = { kill: "is killed", pause: "stands still" } as const;

/** Beginning and end of each outage. */
export function outageMarks({ outages }: SimulationResult): readonly Mark[] {
  return outages
    .flatMap(({ what, index, how, fromSecond, seconds }) => {
      const who = index === undefined ? what : `${what} ${index}`;
      return [
        { at: fromSecond, text: `${who} ${how ? BEGINNINGS[how] : "is away"}` },
        { at: fromSecond + seconds, text: `${who} is back` },
      ];
    })
    .toSorted((a, b) => a.at - b.at);
}

function overDay(
  result: SimulationResult,
  title: string,
  y: ChartSpec["y"],
  lines: readonly ChartLine[],
): ChartSpec {
  const { fromSecond, seconds, windows } = result;
  return {
    title,
    x: { label: "time", unit: "timeOfDay", from: fromSecond, to: fromSecond + seconds },
    y,
    at: windows.atSecond,
    lines,
    marks: outageMarks(result),
  };
}

function linesOf(columns: Readonly<Record<string, readonly number[]>>): readonly ChartLine[] {
  return largestLines(Object.entries(columns).map(([label, values]) => ({ label, values })));
}

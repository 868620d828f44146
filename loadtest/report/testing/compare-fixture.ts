import type { CompareResult } from "../../compare/compare-result.ts";
import { judgeMetrics } from "../../compare/judge-metrics.ts";
import { randomOf, timeAround } from "./random.ts";

const METRICS = [
  { name: "p99(timeline.get)", better: "lower" },
  { name: "CPU per answer", better: "lower" },
] as const;

/** Ten pairs; the second variant takes so many times the CPU. */
export function compareFixture(slower = 1.2): CompareResult {
  const random = randomOf(5);
  const run = (factor: number) => ({
    "p99(timeline.get)": timeAround(random, 9_000, 0.15),
    "CPU per answer": timeAround(random, 400_000, 0.03) * factor,
  });
  const pairs = Array.from({ length: 10 }, (_, i) => ({
    order: i % 2 === 0 ? ("AB" as const) : ("BA" as const),
    a: run(1),
    b: run(slower),
  }));
  const rules = { seed: 1, level: 0.05, relevant: 0.1 };
  const metrics = judgeMetrics(pairs, METRICS, rules);
  return {
    kind: "compare",
    version: 1,
    command: "npm run load -- compare main branch",
    startedAt: "2026-11-21T13:27:00.000Z",
    a: "main",
    b: "branch",
    ...rules,
    pairs,
    unusable: [{ variant: "b", why: "The CPU of one changed during the run." }],
    metrics,
    ended: undefined,
    summary: metrics.map(({ text }) => text),
  };
}

import type { JudgedThreshold } from "./judge-threshold.ts";

/** Thresholds whose percentile is the slowest of all, for there are so few: they hang on a single call. */
export function hangingOnOne(judged: readonly JudgedThreshold[]): readonly string[] {
  return judged.flatMap(({ threshold: { text, metric }, time }) => {
    if (metric.kind !== "quantile" || metric.q === 1 || !time || time.count === 0) return [];
    const enough = Math.round(1 / (1 - metric.q));
    if (time.count >= enough) return [];
    return [
      `${text} hangs on a single call, the slowest of ${time.count}: of ${enough} or more it would say what it is about.`,
    ];
  });
}

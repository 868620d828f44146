import { holds, parseThreshold } from "../measure/thresholds.ts";
import type { LiveOperation, StandsNow } from "./live-sample.ts";

const TIMES: Readonly<Record<string, "p50Ms" | "p99Ms" | "maxMs">> = {
  "0.5": "p50Ms",
  "0.99": "p99Ms",
  "1": "maxMs",
};

/** Each threshold by what is known while the run goes on; the verdict proper comes at its end. */
export function standsNow(
  thresholds: readonly string[],
  operations: readonly LiveOperation[],
): readonly { readonly text: string; readonly stands: StandsNow }[] {
  return thresholds.map((text) => ({ text, stands: standOf(text, operations) }));
}

function standOf(text: string, operations: readonly LiveOperation[]): StandsNow {
  const { metric, comparison, bound } = parseThreshold(text);
  const value = figureOf(metric, operations);
  if (value === undefined) return "unknown";
  return holds(value, comparison, bound) ? "holds" : "broken";
}

function figureOf(
  metric: ReturnType<typeof parseThreshold>["metric"],
  operations: readonly LiveOperation[],
): number | undefined {
  if (metric.kind === "counter") {
    if (metric.of !== "failures") return undefined;
    return operations.reduce((sum, { failed }) => sum + failed, 0);
  }
  const operation = operations.find(({ name }) => name === metric.of);
  if (!operation || operation.sent === 0) return undefined;
  if (metric.kind === "failed") return operation.failed / Math.max(1, operation.intended);
  const key = metric.kind === "quantile" ? TIMES[String(metric.q)] : undefined;
  const time = key && operation[key];
  return typeof time === "number" ? time * 1000 : undefined;
}

import { quantile } from "../../measure/histogram.ts";
import { failures } from "../../measure/operation-record.ts";
import { holds } from "../../measure/thresholds.ts";
import type { CapacityStep } from "../capacity-result.ts";
import type { HeldStep } from "../capacity-target.ts";

/** Calls of a step without a good answer; and whether nothing else broke the service level. */
export function failedCalls(
  held: HeldStep,
  rising: readonly string[],
): Required<CapacityStep>["failures"] {
  const { operations } = held.measured;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    bad: sum(operations.map(({ counts }) => failures(counts))),
    of: sum(operations.map(({ counts }) => counts.intended)),
    alone: held.failure === undefined && rising.length === 0 && goodAnswersHold(held),
  };
}

const OF_FAILED = ["failures", "timeouts"];

/** Whether each threshold that failed would hold of good answers alone. */
function goodAnswersHold({ verdict, measured }: HeldStep): boolean {
  if (verdict.rate.reason !== undefined) return false;
  return verdict.thresholds
    .filter(({ outcome }) => outcome === "failed")
    .every(({ threshold: { metric, comparison, bound } }) => {
      if (metric.kind === "failed") return true;
      if (metric.kind === "counter") return OF_FAILED.includes(metric.of);
      const operation = measured.operations.find(({ name }) => name === metric.of);
      if (!operation || operation.answered.totalCount === 0) return false;
      const { answered } = operation;
      const micros = metric.kind === "mean" ? answered.mean : quantile(answered, metric.q);
      return holds(micros, comparison, bound);
    });
}

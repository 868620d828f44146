import { isSteady } from "../measure/machine/conditions.ts";
import { parseThreshold, type Threshold } from "../measure/thresholds.ts";
import type { RunResult } from "../results/run-result.ts";
import { splitProcesses } from "../results/target-processes.ts";
import type { CompareMetric } from "./compare-result.ts";
import type { Sample } from "./compare-variants.ts";

/** CPU of all of the target's processes, us for one good answer; 0 of one that was not started here. */
const CPU_METRIC: CompareMetric = { name: "CPU per answer", better: "lower" };

/** What runs with these thresholds can be compared by: their times, each once, and CPU. */
export function metricsOfThresholds(thresholds: readonly string[]): readonly CompareMetric[] {
  const times = thresholds
    .map(parseThreshold)
    .filter(({ metric }) => metric.kind === "quantile" || metric.kind === "mean");
  const names = [...new Set(times.map(nameOf))];
  return [...names.map((name) => ({ name, better: "lower" }) as const), CPU_METRIC];
}

/** One run as one sample: times in us. One that is INVALID, or cut short, is none. */
export function sampleOfRun(run: RunResult): Sample {
  const { measured, verdict, resources, failure } = run;
  const unsteady = measured.machines.find((machine) => !isSteady(machine));
  const why = [
    failure,
    ...verdict.thresholds.flatMap(({ threshold, time }) =>
      time && !time.valid
        ? [`INVALID: ${nameOf(threshold)}: the generator was too late to know it.`]
        : [],
    ),
    verdict.rate.valid ? undefined : verdict.reasons.join(" "),
    unsteady && `The CPU of ${unsteady.host} changed during the run.`,
  ].filter((one) => one !== undefined);
  const answers = measured.operations.reduce((sum, { counts }) => sum + counts.ok, 0);
  const { own } = splitProcesses(resources);
  const cpuSeconds = own.reduce((sum, process) => sum + process.cpuSeconds, 0);
  return {
    values: {
      ...Object.fromEntries(
        verdict.thresholds.flatMap(({ threshold, time }) =>
          time ? [[nameOf(threshold), time.micros]] : [],
        ),
      ),
      [CPU_METRIC.name]: answers > 0 ? (cpuSeconds * 1e6) / answers : 0,
    },
    unusable: why.length > 0 ? why.join(" ") : undefined,
  };
}

/** "p99(timeline.get)" of "p99(timeline.get) < 50ms". */
function nameOf({ text, comparison }: Threshold): string {
  return text.slice(0, text.indexOf(comparison)).trim();
}

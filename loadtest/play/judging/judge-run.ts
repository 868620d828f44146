import type { Measured } from "../../measure/measured.ts";
import { parseThreshold, type Threshold, ThresholdError } from "../../measure/thresholds.ts";
import { judge, type Verdict } from "../../measure/verdict.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { RunLog } from "../run-log.ts";
import { excuseAbsences } from "./excuse-absences.ts";

/**
 * Judges a run by what was measured. A threshold on something that was not, as when a run ended before its
 * probes could look, is a failure of the run: whether it holds nobody knows, and the rest is judged.
 */
export function judgeRun(
  { thresholds, warmUpSeconds }: Pick<Scenario, "thresholds" | "warmUpSeconds">,
  measured: Measured,
  log: RunLog,
): Verdict {
  const { windows, steps } = excuseAbsences(measured.windows, log.absences, warmUpSeconds);
  const known = thresholds.map(parseThreshold).filter((one) => isMeasured(measured, one, log));
  const verdict = judge({ ...measured, windows }, known);
  if (steps === 0) return verdict;
  const excuse = `While a fault kept some of the target away ${steps} steps could not be sent: they count as failed, and not against the load.`;
  return { ...verdict, warnings: [...verdict.warnings, excuse] };
}

function isMeasured(measured: Measured, threshold: Threshold, log: RunLog): boolean {
  try {
    judge(measured, [threshold]);
    return true;
  } catch (error) {
    if (!(error instanceof ThresholdError)) throw error;
    log.lacks(`"${threshold.text}" can't be judged, for ${threshold.metric.of} was not measured.`);
    return false;
  }
}

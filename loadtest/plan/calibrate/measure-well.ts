import { isSteady } from "../../measure/machine/conditions.ts";
import { measuredFrom } from "../../measure/measured-json.ts";
import { judgeRate } from "../../measure/validity.ts";
import type { RunResult } from "../../results/run-result.ts";

const MAX_TRIES = 3;
/** Of a run that was whole, on a machine that changed its speed meanwhile. */
const STEADY_TRIES = 2;

/**
 * A run that can be planned with: it came to its end, sent what it was to send, and nothing failed. One
 * that did not is made again, as is, once, one in which the machine changed. Rejects with a RangeError for a
 * configuration that is too much here.
 */
export async function measureWell(
  measure: () => Promise<RunResult>,
  name: string,
): Promise<{ readonly run: RunResult; readonly isSteady: boolean }> {
  for (let tries = 1; ; tries++) {
    const run = await measure();
    const steady = run.measured.machines.every(isSteady);
    const problem = problemOf(run);
    if (problem === undefined && (steady || tries >= STEADY_TRIES))
      return { run, isSteady: steady };
    if (problem !== undefined && tries === MAX_TRIES) {
      throw new RangeError(
        `"${name}" could not be measured in ${MAX_TRIES} tries: ${problem} Calibrate on a machine with less to do, or a larger one.`,
      );
    }
  }
}

/** What keeps its figures from being costs: a full machine's are not those of the work that was asked for. */
function problemOf({ failure, measured }: RunResult): string | undefined {
  if (failure !== undefined) return failure;
  const { operations, windows } = measuredFrom(measured);
  const { valid, reason } = judgeRate(windows);
  if (!valid) return reason;
  const failed = operations.filter(({ counts }) => counts.failed + counts.timeout > 0);
  return failed.length === 0 ? undefined : `${failed.map(({ name }) => name).join(", ")} failed.`;
}

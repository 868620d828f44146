import type { CapacityResult, CapacityStep } from "./capacity-result.ts";
import type { CapacityTarget } from "./capacity-target.ts";
import { isKnown } from "./evidence/estimate.ts";
import { failsAlike } from "./evidence/fails-alike.ts";
import { confirmedIn, estimateIn, failedIn, unknownIn } from "./evidence/found-in.ts";
import { whatSaturated } from "./judging/saturation.ts";
import { TargetMoved } from "./moved.ts";
import { type CapacityOptions, type CapacityRequest, optionsOf } from "./options.ts";
import { search } from "./phases.ts";
import { collapseIn, heldBeyond, overloadAndRecover } from "./recovery.ts";
import {
  MachineSettled,
  SearchEnded,
  StepRunner,
  TargetLost,
  TargetRestless,
  TooNoisy,
} from "./step-runner.ts";
import { summaryOf } from "./summary.ts";

/**
 * The highest load at which the service level holds, as an interval: see `search`; then what overload does
 * to the target. Never rejects because of the target: what was found until it was lost, or the budget was
 * used up, is the result, and `ended` says so. Throws a RangeError for impossible options.
 */
export async function searchCapacity(
  target: CapacityTarget,
  request: CapacityRequest,
): Promise<CapacityResult> {
  const options = optionsOf(request);
  const runner = new StepRunner(target, options);
  const { steps } = runner;
  let recovery: CapacityResult["recovery"];
  let ended: SearchEnded | undefined;
  try {
    recovery = await searchAndOverload(runner, options);
  } catch (error) {
    if (!(error instanceof SearchEnded)) throw error;
    ended = error;
    const hasHeld = steps.some(({ outcome }) => outcome === "held");
    const seconds = runner.secondsSinceLoad();
    const isTooLong = seconds > options.recoverySeconds;
    if (error instanceof TargetLost && hasHeld && isAfterTooMuch(steps, isTooLong)) {
      recovery = { recovered: false, seconds };
    }
  }
  return resultOf(runner, options, recovery, ended);
}

/** So often a target may be found to be another than it was: a cache fills once. */
const MOST_MOVES = 1;

/** Begins anew whenever the machine has settled at another speed, or the target is another: what was found is another's. */
async function searchAndOverload(
  runner: StepRunner,
  options: CapacityOptions,
): Promise<CapacityResult["recovery"]> {
  const hold = runner.hold.bind(runner);
  let start = options.start;
  let settled = 0;
  let moved = 0;
  for (;;) {
    try {
      await search(hold, { ...options, start }, runner.steps);
      const loads = failsAlike(runner.steps) ? undefined : endsOf(runner.steps, options);
      return loads && (await overloadAndRecover(runner, options, loads));
    } catch (error) {
      if (error instanceof TargetMoved) {
        if (moved++ >= MOST_MOVES) throw new TargetRestless(restless(error));
        runner.renew(error.message);
      } else if (!(error instanceof MachineSettled)) throw error;
      else if (settled++ >= options.mostRenewals) {
        throw new TooNoisy(
          `the machine settled at another speed ${settled} times. Use a quieter machine.`,
        );
      }
      start = Math.min(options.highest, Math.max(options.lowest, error.load));
    }
  }
}

function restless({ message }: TargetMoved): string {
  return `${message}, as it had changed before. No one figure is its capacity: find what grows, fills or runs out in it.`;
}

/**
 * A target that is lost after overload has not recovered from it. After another step that failed one that was
 * waited for for too long has not; of one that is gone at once nobody knows what ended it.
 */
function isAfterTooMuch(steps: readonly CapacityStep[], isTooLong: boolean): boolean {
  if (steps.some(({ phase }) => phase === "overload")) return true;
  return isTooLong && steps.at(-1)?.outcome === "failed";
}

/** A load that held and one that failed, when both are known. */
function endsOf(steps: readonly CapacityStep[], { confirmations }: CapacityOptions) {
  const confirmed = confirmedIn(steps, confirmations);
  const failed = failedIn(steps, confirmed);
  const held = confirmed ?? Math.max(0, ...loadsThat("held", steps));
  return failed === undefined || held === 0 ? undefined : { held, failed };
}

function resultOf(
  runner: StepRunner,
  options: CapacityOptions,
  recovery: CapacityResult["recovery"],
  ended: SearchEnded | undefined,
): CapacityResult {
  const { command, startedAt, unit, delivery, confirmations, resolution } = options;
  const { steps } = runner;
  const alike = failsAlike(steps);
  const confirmed = alike === undefined ? confirmedIn(steps, confirmations) : undefined;
  const isAnother = heldBeyond(steps) !== undefined || ended instanceof TargetRestless;
  const failed = isAnother ? undefined : failedIn(steps, confirmed);
  const unknown = isAnother
    ? { from: confirmed ?? Math.max(0, ...loadsThat("held", steps)), to: undefined }
    : unknownIn(steps, { confirmed, failed }, resolution);
  const isBounded = confirmed !== undefined && failed !== undefined && !unknown;
  const lowestFailed = failed ?? Math.min(...loadsThat("failed", steps));
  const found = {
    kind: "capacity",
    version: 1,
    command,
    startedAt,
    unit,
    delivery,
    confirmed,
    failed,
    unknown,
    ...endOf(ended, isBounded),
    // Of steps that are not missing by chance nothing can be estimated.
    estimate: unknown || alike ? undefined : estimateOf(steps, options, ended),
    steps,
    ...(runner.earlier.length > 0 && { earlierSteps: runner.earlier, renewals: runner.renewals }),
    ...(alike !== undefined && { alike }),
    recovery,
    collapse: collapseIn(steps, recovery, runner.slowestDrain, options),
    saturated: Number.isFinite(lowestFailed)
      ? whatSaturated(steps, lowestFailed, unit)
      : "No load that was tried failed, so nothing is known to be at its limit.",
    costMicros: costAt(steps, confirmed),
  } as const;
  return { ...found, summary: summaryOf(found, options.coresOf) };
}

/** Noise that came after the interval was known takes nothing from it: only from what further steps tell. */
function endOf(
  ended: SearchEnded | undefined,
  isBounded: boolean,
): Pick<CapacityResult, "ended" | "endedBy" | "leftOut"> {
  if (ended instanceof TargetRestless) {
    return { ended: `INCONCLUSIVE: ${ended.message}`, endedBy: "moved" };
  }
  if (!(ended instanceof TooNoisy)) return { ended: ended?.message };
  if (isBounded) return { ended: undefined, leftOut: ended.message };
  return { ended: `INCONCLUSIVE: ${ended.message}`, endedBy: "noise" };
}

function estimateOf(
  steps: readonly CapacityStep[],
  { tolerance }: CapacityOptions,
  ended: SearchEnded | undefined,
): CapacityResult["estimate"] {
  const estimate = estimateIn(steps);
  const isRough = estimate && ended instanceof TooNoisy && !isKnown(estimate, tolerance);
  return isRough ? { ...estimate, isRough } : estimate;
}

function loadsThat(outcome: CapacityStep["outcome"], steps: readonly CapacityStep[]) {
  return steps.filter((step) => step.outcome === outcome).map(({ load }) => load);
}

/** CPU us of each process a good answer, over all steps that held at this load. */
function costAt(steps: readonly CapacityStep[], load: number | undefined) {
  const held = steps.filter((step) => step.load === load && step.outcome === "held");
  const answers = held.reduce((sum, { goodput = 0, seconds }) => sum + goodput * seconds, 0);
  const labels = [...new Set(held.flatMap(({ cpu }) => Object.keys(cpu)))];
  return Object.fromEntries(
    labels.map((label) => {
      const used = held.reduce((sum, { cpu, seconds }) => sum + (cpu[label] ?? 0) * seconds, 0);
      return [label, answers > 0 ? (used * 1e6) / answers : 0];
    }),
  );
}

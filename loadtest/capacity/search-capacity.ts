import type { CapacityResult, CapacityStep } from "./capacity-result.ts";
import type { CapacityTarget } from "./capacity-target.ts";
import { isKnown } from "./estimate.ts";
import { whatSaturated } from "./judging/saturation.ts";
import { type CapacityOptions, type CapacityRequest, optionsOf } from "./options.ts";
import { confirmedIn, estimateIn, failedIn, search, unknownIn } from "./phases.ts";
import { collapseIn, overloadAndRecover } from "./recovery.ts";
import { MachineSettled, SearchEnded, StepRunner, TargetLost, TooNoisy } from "./step-runner.ts";
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
    if (error instanceof TargetLost && hasHeld && isAfterTooMuch(steps.at(-1))) {
      recovery = { recovered: false, seconds: runner.secondsSinceLoad() };
    }
  }
  return resultOf(runner, options, recovery, ended);
}

/** Begins anew whenever the machine has settled at another speed: what was found before is another's. */
async function searchAndOverload(
  runner: StepRunner,
  options: CapacityOptions,
): Promise<CapacityResult["recovery"]> {
  const hold = runner.hold.bind(runner);
  let start = options.start;
  for (let renewals = 0; ; renewals++) {
    try {
      await search(hold, { ...options, start }, runner.steps);
      const loads = endsOf(runner.steps, options);
      return loads && (await overloadAndRecover(runner, options, loads));
    } catch (error) {
      if (!(error instanceof MachineSettled)) throw error;
      if (renewals >= options.mostRenewals) {
        throw new TooNoisy(
          `the machine settled at another speed ${renewals + 1} times. Use a quieter machine.`,
        );
      }
      start = Math.min(options.highest, Math.max(options.lowest, error.load));
    }
  }
}

/** A target that is lost then has not recovered from it. */
function isAfterTooMuch(step: CapacityStep | undefined): boolean {
  return step?.outcome === "failed" || step?.phase === "overload";
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
  const confirmed = confirmedIn(steps, confirmations);
  const failed = failedIn(steps, confirmed);
  const unknown = unknownIn(steps, { confirmed, failed }, resolution);
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
    estimate: unknown ? undefined : estimateOf(steps, options, ended),
    steps,
    ...(runner.earlier.length > 0 && { earlierSteps: runner.earlier }),
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

import type { CapacityResult, CapacityStep } from "./capacity-result.ts";
import { rounded, shown } from "./loads.ts";
import type { CapacityOptions } from "./options.ts";
import type { StepRunner } from "./step-runner.ts";

/** Of what it answers at its capacity; a target that answers less when more is asked collapses. */
const COLLAPSED_SHARE = 0.5;
/** What it must hold again after overload, as a share of what it held before. */
const LOW_SHARE = 0.5;

/**
 * Overloads the target once and waits until it holds a low load again. It is itself again from the begin
 * of the first such step that holds. Undefined when steps could not tell. Rejects with SearchEnded.
 */
export async function overloadAndRecover(
  runner: StepRunner,
  options: CapacityOptions,
  loads: { readonly held: number; readonly failed: number },
): Promise<CapacityResult["recovery"]> {
  const { stepSeconds, recoverySeconds, overload } = options;
  const failed = `${overload} times ${shown(loads.failed)}, which failed`;
  await runner.hold(rounded(loads.failed * overload), stepSeconds, "overload", failed);
  const since = runner.endedSeconds;
  for (;;) {
    const low = rounded(loads.held * LOW_SHARE);
    const why = `whether it is itself again, at a share of ${shown(loads.held)}, which held`;
    const outcome = await runner.hold(low, stepSeconds, "recover", why);
    const seconds = runner.beganSeconds - since;
    if (outcome === "held") return { recovered: seconds <= recoverySeconds, seconds };
    if (seconds > recoverySeconds) {
      return outcome === "failed" ? { recovered: false, seconds } : undefined;
    }
  }
}

/** The overload, if it held: twice what failed does only when the target is another than it was. */
export function heldBeyond(steps: readonly CapacityStep[]): number | undefined {
  return steps.find(({ phase, outcome }) => phase === "overload" && outcome === "held")?.load;
}

/** Why the target is said to collapse past its knee, in sentences. */
export function collapseIn(
  steps: readonly CapacityStep[],
  recovery: CapacityResult["recovery"],
  slowestDrain: { readonly seconds: number; readonly load: number },
  { recoverySeconds }: CapacityOptions,
): readonly string[] {
  const drained = slowestDrain.seconds > recoverySeconds;
  return [
    ...(recovery && !recovery.recovered
      ? [
          recovery.seconds < recoverySeconds
            ? "After overload it was not there any more."
            : `After overload it was not itself again within ${recoverySeconds} s; it was given ${recovery.seconds.toFixed(0)} s.`,
        ]
      : []),
    ...(drained
      ? [
          `After ${shown(slowestDrain.load)} it took ${slowestDrain.seconds.toFixed(0)} s to become quiet; ${recoverySeconds} s are allowed.`,
        ]
      : []),
    ...lessGoodput(steps),
  ];
}

/** Compares good answers a second under overload with those at the highest load that held. */
function lessGoodput(steps: readonly CapacityStep[]): readonly string[] {
  const best = steps
    .filter(({ outcome }) => outcome === "held")
    .reduce<CapacityStep | undefined>(
      (top, step) => (top && top.load >= step.load ? top : step),
      undefined,
    );
  const over = steps.find(({ phase, outcome }) => phase === "overload" && outcome === "failed");
  if (best?.goodput === undefined || over?.goodput === undefined) return [];
  if (over.goodput >= COLLAPSED_SHARE * best.goodput) return [];
  const rates = `${over.goodput.toFixed(1)} good answers a second, and ${best.goodput.toFixed(1)} at ${shown(best.load)}`;
  return [`At ${shown(over.load)} it gave ${rates}: the more is asked, the less it does.`];
}

import type { CapacityResult, CapacityStep } from "../capacity-result.ts";
import { estimateCapacity } from "./estimate.ts";

/** The highest load that held in all its confirmations. */
export function confirmedIn(
  steps: readonly CapacityStep[],
  confirmations: number,
): number | undefined {
  const confirmed = loadsOf(steps).filter((load) => {
    const own = steps.filter((step) => step.load === load && step.phase === "confirm");
    const held = own.filter(({ outcome }) => outcome === "held").length;
    return held >= confirmations && own.every(({ outcome }) => outcome !== "failed");
  });
  return confirmed.at(-1);
}

/** The lowest load above that most of whose steps failed, and at least two: one may be chance. */
export function failedIn(
  steps: readonly CapacityStep[],
  confirmed: number | undefined,
): number | undefined {
  return loadsOf(steps).find((load) => {
    if (load <= (confirmed ?? 0)) return false;
    const { held, failed } = countAt(steps, load);
    return failed >= 2 && failed > held;
  });
}

/**
 * Where the capacity may be without that a step could tell: from the highest confirmed load to the lowest
 * that failed, when they lie further apart than a search leaves them and what was tried between them said
 * nothing. The lower of them would be an answer that is too low.
 */
export function unknownIn(
  steps: readonly CapacityStep[],
  { confirmed, failed }: Pick<CapacityResult, "confirmed" | "failed">,
  resolution: number,
): CapacityResult["unknown"] {
  if (confirmed === undefined) return undefined;
  const to = failed ?? Number.POSITIVE_INFINITY;
  const isUnknown = loadsOf(steps).some((load) => {
    const { failed: failures, inconclusive } = countAt(steps, load);
    return load > confirmed && load < to && inconclusive > 0 && failures < 2;
  });
  return isUnknown && to / confirmed > 1 + 2 * resolution
    ? { from: confirmed, to: failed }
    : undefined;
}

/** See estimateCapacity. */
export function estimateIn(steps: readonly CapacityStep[]) {
  return estimateCapacity(steps.filter(isOfSearch));
}

function countAt(steps: readonly CapacityStep[], load: number) {
  const own = steps.filter((step) => step.load === load && isOfSearch(step));
  const count = (outcome: CapacityStep["outcome"]) =>
    own.filter((step) => step.outcome === outcome).length;
  return { held: count("held"), failed: count("failed"), inconclusive: count("inconclusive") };
}

/** The others are no samples of their load: what is before them counts too. */
function isOfSearch({ phase }: CapacityStep): boolean {
  return phase !== "overload" && phase !== "recover";
}

export function loadsOf(steps: readonly CapacityStep[]): readonly number[] {
  return [...new Set(steps.map(({ load }) => load))].sort((a, b) => a - b);
}

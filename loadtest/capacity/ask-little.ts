import type { CapacityStep } from "./capacity-result.ts";
import type { Hold } from "./hold.ts";
import { rounded, shown } from "./loads.ts";
import type { CapacityOptions } from "./options.ts";

/** So many calls of a step say whether any is answered well. */
const ENOUGH_CALLS = 10;

/**
 * After a step in which not one call was answered well: whether one is when next to nothing is asked, at the
 * lowest load that still makes some calls. When none is it is not for want of capacity, as with a wrong path or
 * no permission, and no search would find anything.
 */
export async function isInVain(
  hold: Hold,
  { lowest, stepSeconds }: CapacityOptions,
  steps: readonly CapacityStep[],
): Promise<boolean> {
  const { load, inVain } = steps[steps.length - 1];
  if (inVain === undefined) return false;
  const least = Math.max(lowest, rounded((load * ENOUGH_CALLS) / inVain));
  if (least >= load) return true;
  const why = `whether any call is answered well, for at ${shown(load)} not one was`;
  const outcome = await hold(least, stepSeconds, "search", why);
  return outcome === "failed" && steps[steps.length - 1].inVain !== undefined;
}

import { type CapacityTarget, heldStepOf } from "../../capacity/capacity-target.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import { type PlayCallsOptions, playCalls } from "../play/play-calls.ts";

/**
 * Any target as a capacity search drives it: a load is a number of calls (flows) a second, a step is a run
 * of the scenario with so many. Whether anything waits in the target nobody knows: between steps it rests.
 */
export function callsAsTarget(options: PlayCallsOptions): CapacityTarget {
  const { scenario } = options;
  return {
    hold: async (perSecond, seconds) =>
      heldStepOf(await playCalls({ ...options, scenario: { ...scenario, perSecond, seconds } })),
    drained: async () => {},
    nowSeconds: () => performance.now() / 1000,
    probeCpu,
  };
}

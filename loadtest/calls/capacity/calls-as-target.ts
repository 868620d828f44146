import { type CapacityTarget, heldStepOf } from "../../capacity/capacity-target.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import { type PlayCallsOptions, playCalls } from "../play/play-calls.ts";

/**
 * Any target as a capacity search drives it: a load is a number of calls (flows) a second, a step is a run
 * of the scenario with so many. Each step is a sample of its own: its seed is the next, and its calls go on
 * counting, so that the target has never seen their data (a UUID that came before is a repeat, or a
 * conflict). Whether anything waits in the target nobody knows: between steps it rests.
 */
export function callsAsTarget(options: PlayCallsOptions): CapacityTarget {
  let { seed } = options.scenario;
  let firstCall = 0;
  return {
    async hold(perSecond, seconds) {
      const scenario = { ...options.scenario, seed: seed++, perSecond, seconds };
      const held = heldStepOf(await playCalls({ ...options, scenario, firstCall }));
      // Steps of flows: at least as many as there were flows.
      firstCall += held.measured.windows.intendedBySecond.reduce((sum, count) => sum + count, 0);
      return held;
    },
    drained: async () => {},
    nowSeconds: () => performance.now() / 1000,
    probeCpu,
  };
}

import { type CapacityTarget, type HeldStep, heldStepOf } from "../../capacity/capacity-target.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import { splitProcesses } from "../../results/target-processes.ts";
import type { PlayOptions } from "../play-options.ts";
import { playScenario } from "../play-scenario.ts";

/**
 * A world as a capacity search drives it: a load is a number of daily users, a step is a run of the
 * scenario with so many, of so many seconds. The mesh stays the same one through all steps.
 */
export function capacityTargetOf(options: PlayOptions): CapacityTarget {
  const { scenario, target } = options;
  return {
    async hold(dailyUsers, seconds): Promise<HeldStep> {
      const held = heldStepOf(
        await playScenario({ ...options, scenario: { ...scenario, dailyUsers, seconds } }),
      );
      const { own: processes } = splitProcesses(held.resources);
      return { ...held, resources: { ...held.resources, processes } };
    },
    drained: (withinSeconds) => target.drained(withinSeconds * 1000),
    nowSeconds: () => performance.now() / 1000,
    probeCpu,
  };
}

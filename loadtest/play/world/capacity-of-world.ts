import { type CapacityTarget, type HeldStep, heldStepOf } from "../../capacity/capacity-target.ts";
import { probeCpu } from "../../measure/machine/cpu-probe.ts";
import { splitProcesses } from "../../results/target-processes.ts";
import type { PlayOptions } from "../play-options.ts";
import { playScenario } from "../play-scenario.ts";
import { scaleOf } from "../scale-scenario.ts";

/**
 * A world as a capacity search drives it: a load is a number of daily users, or of calls a second of a mix;
 * a step is a run of the scenario with so many, of so many seconds. The mesh stays the same one through all
 * steps. Throws a RangeError for a scenario whose load can't be set.
 */
export function capacityTargetOf(options: PlayOptions): CapacityTarget {
  const { scenario, target } = options;
  const scale = scaleOf(scenario);
  return {
    async hold(load, seconds): Promise<HeldStep> {
      const held = heldStepOf(
        await playScenario({ ...options, scenario: { ...scale.at(load), seconds } }),
      );
      const { own: processes } = splitProcesses(held.resources);
      return { ...held, resources: { ...held.resources, processes } };
    },
    drained: (withinSeconds) => target.drained(withinSeconds * 1000),
    nowSeconds: () => performance.now() / 1000,
    probeCpu,
  };
}

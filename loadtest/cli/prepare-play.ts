import { driverCeiling } from "../play/driver-ceiling.ts";
import type { PlayOptions } from "../play/play-options.ts";
import { populationOf } from "../scenarios/check-scenario.ts";
import { describeSlice } from "../scenarios/describe-slice.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { describeMachine } from "../target/describe-machine.ts";
import { commandLine } from "./command-line.ts";
import { generatorOf, type TargetOptions } from "./play-options.ts";

/** All that is known of a run before there is a target. */
export type PreparedPlay = Pick<
  PlayOptions,
  "scenario" | "slice" | "machine" | "command" | "generators" | "generator"
>;

/**
 * What every run of a command has in common. `ceilingPerSecond`: of the driver; "find" measures it, which
 * takes some seconds in which nothing else should run.
 */
export async function preparePlay(
  scenario: Scenario,
  options: TargetOptions,
  ceilingPerSecond: number | "find" | undefined,
): Promise<PreparedPlay> {
  const population = populationOf(scenario);
  const generator = generatorOf(options);
  const ceiling =
    ceilingPerSecond === "find"
      ? await driverCeiling(scenario, population, generator)
      : ceilingPerSecond;
  return {
    scenario,
    slice: describeSlice(scenario, population),
    machine: describeMachine(),
    command: commandLine(),
    generators: options.generators,
    generator: { ...generator, ceilingPerSecond: ceiling },
  };
}

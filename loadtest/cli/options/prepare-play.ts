import { checkPlayable } from "../../play/check-playable.ts";
import { driverCeiling } from "../../play/driver-ceiling.ts";
import type { PlayOptions } from "../../play/play-options.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import { describeSlice } from "../../scenarios/describe-slice.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { describeMachine } from "../../target/describe-machine.ts";
import { commandLine } from "./command-line.ts";
import { generatorOf, type TargetOptions } from "./play-options.ts";

/** All that is known of a run before there is a target. */
export type PreparedPlay = Pick<
  PlayOptions,
  "scenario" | "slice" | "machine" | "command" | "generators" | "generator"
>;

/**
 * What every run of a command has in common. Throws for what could not be played or judged, before anything
 * is started. `ceilingPerSecond`: of the driver; "find" measures it, which takes some seconds in which
 * nothing else should run.
 */
export async function preparePlay(
  scenario: Scenario,
  options: TargetOptions,
  ceilingPerSecond: number | "find" | undefined,
  part?: PlayOptions["part"],
): Promise<PreparedPlay> {
  const { generators } = options;
  const generator = generatorOf(options);
  checkPlayable(scenario, { generator, generators, part });
  const population = populationOf(scenario);
  if (ceilingPerSecond === "find") console.error("Finding out what the driver can do here.");
  const ceiling =
    ceilingPerSecond === "find"
      ? await driverCeiling(scenario, population, generator)
      : ceilingPerSecond;
  return {
    scenario,
    slice: describeSlice(scenario, population),
    machine: describeMachine(),
    command: commandLine(),
    generators,
    generator: { ...generator, ceilingPerSecond: ceiling },
  };
}

import { extname } from "node:path";
import { styleText } from "node:util";
import { Command } from "../../tools/command-line/command.ts";
import { compareRecords } from "../compare/compare-records.ts";
import { COMPARE_DEFAULTS, compareVariants, type Sample } from "../compare/compare-variants.ts";
import { metricsOfThresholds, sampleOfRun } from "../compare/sample-of-run.ts";
import { playScenario } from "../play/play-scenario.ts";
import { openWorld } from "../play/world/open-world.ts";
import { readScenario } from "../scenarios/read-scenario.ts";
import { type ComparedBuild, readVariant } from "./files/compared-build.ts";
import { readRun } from "./files/read-run.ts";
import { writeResult } from "./files/write-result.ts";
import { amount } from "./options/arguments.ts";
import {
  type ScenarioOptions,
  type TargetOptions,
  withScenarioOptions,
  withTargetOptions,
  worldOf,
} from "./options/play-options.ts";
import { preparePlay } from "./options/prepare-play.ts";
import { withInterrupt } from "./options/with-interrupt.ts";
import { compareRecordsText } from "./print/compare-records-text.ts";

interface Options extends ScenarioOptions, TargetOptions {
  readonly scenario: string;
  readonly pairs: number;
  readonly out?: string;
}

const EXAMPLES = `
A and B are each a checkout of Tidings (a folder, . for this one), or variables of this one as NAME=VALUE,
several with commas between. One run is one sample; runs come in interleaved pairs, and what is said follows
from a permutation test over them. Or both are results of \`load run\` (.json), of whatever machines: then nothing
is run, and their figures stand beside each other, with all that was not the same.

Examples:
  npm run load -- compare before.json after.json
  npm run load -- compare . ../tidings-changed --world .data/load/world-100k --daily-users 1M
  npm run load -- compare TIDINGS_FANOUT_CALL_SPACING=0 TIDINGS_FANOUT_CALL_SPACING=20 --timelines 20 --pairs 10`;

/** `load compare`: whether B differs from A, and by how much. */
export function compareCommand(): Command {
  return withTargetOptions(withScenarioOptions(new Command("compare")))
    .description(
      "Compares two builds, or two settings, by interleaved pairs of runs; or two records.",
    )
    .argument("<a>", "a checkout, NAME=VALUE, or a result of load run")
    .argument("<b>", "the same")
    .option("--scenario <name>", "what a run is", "steady")
    .option("--pairs <n>", "of runs", amount(COMPARE_DEFAULTS.pairs, 1_000), COMPARE_DEFAULTS.pairs)
    .option("--out <file>", "where the result goes; .data/load/results by default")
    .addHelpText("after", EXAMPLES)
    .action(compare);
}

async function compare(a: string, b: string, options: Options): Promise<void> {
  if (isRecord(a) && isRecord(b)) {
    console.log(compareRecordsText(compareRecords(await readRun(a), await readRun(b))));
    return;
  }
  const scenario = await readScenario(options.scenario, options);
  const builds = { a: readVariant(a), b: readVariant(b) };
  const prepared = await preparePlay(scenario, options, undefined);
  const result = await withInterrupt((signal) => {
    const play = async ({ root, env }: ComparedBuild): Promise<Sample> => {
      const where = worldOf(options);
      await using world = await openWorld(scenario, {
        ...where,
        root,
        env: { ...where.env, ...env },
      });
      const { target, delivery } = world;
      return sampleOfRun(await playScenario({ ...prepared, target, delivery, signal }));
    };
    return compareVariants((variant) => play(builds[variant]), {
      command: prepared.command,
      startedAt: new Date().toISOString(),
      a,
      b,
      metrics: metricsOfThresholds(scenario.thresholds),
      pairs: options.pairs,
      onRun: (variant, { values, unusable }, whole) =>
        console.error(runLine(variant, values, unusable, whole)),
      signal,
    });
  });
  const file = await writeResult(result, options.out);
  console.log([...result.summary, `Result: ${file}`].join("\n"));
  if (result.ended !== undefined) process.exitCode = 1;
}

function isRecord(text: string): boolean {
  return extname(text) === ".json";
}

function runLine(
  variant: string,
  values: Sample["values"],
  unusable: string | undefined,
  whole: number,
): string {
  const shown = Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(0)} us`);
  const line = `${variant.toUpperCase()} (${whole} pairs whole): ${shown.join(", ")}`;
  return unusable === undefined
    ? line
    : `${line}; ${styleText("yellow", `no sample: ${unusable}`)}`;
}

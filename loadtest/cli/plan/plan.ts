import { createPopulation } from "../../../population/population.ts";
import { Command } from "../../../tools/command-line/command.ts";
import type { Delivery } from "../../demand/delivery.ts";
import { demandOf } from "../../demand/demand.ts";
import { DESIGN_TEXT_BYTES, POLICY, UNIT_BYTES } from "../../plan/size/defaults.ts";
import { doubtsOf } from "../../plan/size/doubts.ts";
import { sizeOf } from "../../plan/size/size.ts";
import type { Policy } from "../../plan/size/sizing.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { readCalibration } from "../files/calibration-file.ts";
import { amount, deliveryOption, engineOption, number } from "../options/arguments.ts";
import { planText } from "../print/plan-text.ts";
import { calibrateCommand } from "./plan-calibrate.ts";

interface Options {
  readonly users: number;
  readonly engine: PrefillEngine;
  readonly delivery: Delivery;
  readonly calibration?: string;
  readonly utilisation: number;
  readonly replicas: number;
  readonly zones: number;
  readonly years: number;
  readonly ring: number;
  readonly mean?: number;
  readonly cores: number;
  readonly memory: number;
  readonly disk: number;
  readonly textOnDisk: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  npm run load -- plan
  npm run load -- plan --engine cql
  npm run load -- plan --engine cql --delivery pull
  npm run load -- plan --users 5M --cores 8 --memory 64
  npm run load -- plan --users 500M --mean 200 --json
  npm run load -- plan calibrate --out calibration.json
  npm run load -- plan --calibration calibration.json`;

/** `load plan`: how many machines. */
export function planCommand(): Command {
  return new Command("plan")
    .description("How many machines a number of daily users takes, from measured unit costs.")
    .option("--users <n>", "people who come on a day", amount(1_000, 1e10), 50e6)
    .addOption(engineOption("whose costs: the services alone, or with database and broker"))
    .addOption(deliveryOption("pushed to timelines, or pulled by readers from everybody's posts"))
    .option("--calibration <file>", "of `load plan calibrate`; that in docs/load by default")
    .option(
      "--utilisation <share>",
      "of the CPU, at the peak",
      number(0.05, 1),
      POLICY.maxUtilisation,
    )
    .option("--replicas <n>", "copies of what is stored", amount(1, 9), POLICY.replicas)
    .option("--zones <n>", "of which one may be lost", amount(2, 9), POLICY.zones)
    .option("--years <n>", "for which posts are kept", amount(1, 100), POLICY.keepYears)
    .option("--ring <n>", "entries of a timeline in memory", amount(8, 10_000), POLICY.ringEntries)
    .option(
      "--mean <n>",
      "mean friends; as published, weighted by who posts, by default",
      amount(1, 5_000),
    )
    .option("--cores <n>", "of a machine", amount(1, 1_024), POLICY.machine.cores)
    .option("--memory <GiB>", "of a machine", amount(1, 65_536), POLICY.machine.memoryGiB)
    .option("--disk <TiB>", "of a machine", number(0.1, 1_000), POLICY.machine.diskTiB)
    .option(
      "--text-on-disk <share>",
      "of a text's bytes, as the database compresses it: English prose takes 0.65",
      number(0.05, 1),
      UNIT_BYTES.textOnDisk,
    )
    .option("--json", "the plan as JSON")
    .addHelpText("after", EXAMPLES)
    .enablePositionalOptions()
    .action(plan)
    .addCommand(calibrateCommand());
}

async function plan(options: Options): Promise<void> {
  const { users, mean, delivery, engine } = options;
  const calibration = await readCalibration(engine, options.calibration, delivery);
  const { costs, batches, machine, startedAt, commit, errors, streamBytes = {} } = calibration;
  const policy = policyOf(options);
  const population = createPopulation({
    people: PEOPLE,
    seed: 1,
    ...(mean && { meanFriends: mean }),
  });
  const demand = demandOf(population, users);
  const bytes = { ...UNIT_BYTES, textOnDisk: options.textOnDisk, stream: streamBytes };
  const sizeAt = (textBytes: number) =>
    sizeOf({ delivery, demand, textBytes, policy, costs, curve: batches, bytes });
  const atDesign = sizeAt(DESIGN_TEXT_BYTES);
  const atMean = sizeAt(demand.meanTextBytes);
  const doubts = doubtsOf(atDesign, calibration);
  if (options.json) {
    console.log(JSON.stringify({ demand, policy, sizing: atDesign, atMean, doubts }, null, 2));
    return;
  }
  const measured = `Unit costs: ${machine.cpus} cores (${machine.model}), ${startedAt.slice(0, 10)}, commit ${commit}; held-out configurations were predicted within ${(100 * errors.ours).toFixed(0)}% (root mean square), by a naive planner within ${(100 * errors.naive).toFixed(0)}%.`;
  console.log(`${planText({ demand, atDesign, atMean, policy, doubts })}\n\n${measured}`);
}

function policyOf(options: Options): Policy {
  const { ring, utilisation, replicas, zones, years, cores, memory, disk } = options;
  return {
    ...POLICY,
    maxUtilisation: utilisation,
    replicas,
    zones,
    keepYears: years,
    ringEntries: ring,
    machine: { ...POLICY.machine, cores, memoryGiB: memory, diskTiB: disk },
  };
}

/** Full size: its tables are computed, nothing is stored. */
const PEOPLE = 500_000_000;

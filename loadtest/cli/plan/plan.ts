import { Command } from "commander";
import { createPopulation } from "../../../population/population.ts";
import { DEFAULT_RING_ENTRIES } from "../../../services/timeline/domain/rings/ring-memory.ts";
import { demandOf, POLICY, UNIT_BYTES } from "../../plan/defaults.ts";
import { machineShare, sizeOf } from "../../plan/size.ts";
import type { Policy, Sizing } from "../../plan/sizing.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { readCalibration } from "../files/calibration-file.ts";
import { amount, engineOption, number } from "../options/arguments.ts";
import { textTable } from "../print/text-table.ts";
import { calibrateCommand } from "./plan-calibrate.ts";

interface Options {
  readonly users: number;
  readonly engine: PrefillEngine;
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
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  npm run load -- plan
  npm run load -- plan --engine cql
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
    .option(
      "--ring <n>",
      "entries of a timeline in memory",
      amount(8, 10_000),
      DEFAULT_RING_ENTRIES,
    )
    .option(
      "--mean <n>",
      "mean friends; as published, weighted by who posts, by default",
      amount(1, 5_000),
    )
    .option("--cores <n>", "of a machine", amount(1, 1_024), POLICY.machine.cores)
    .option("--memory <GiB>", "of a machine", amount(1, 65_536), POLICY.machine.memoryGiB)
    .option("--disk <TiB>", "of a machine", number(0.1, 1_000), POLICY.machine.diskTiB)
    .option("--json", "the plan as JSON")
    .addHelpText("after", EXAMPLES)
    .enablePositionalOptions()
    .action(plan)
    .addCommand(calibrateCommand());
}

async function plan(options: Options): Promise<void> {
  const { users, ring, mean, utilisation, replicas, zones, years, cores, memory, disk } = options;
  const { costs, batches, machine, startedAt, commit, errors } = await readCalibration(
    options.engine,
    options.calibration,
  );
  const policy: Policy = {
    ...POLICY,
    maxUtilisation: utilisation,
    replicas,
    zones,
    keepYears: years,
    machine: { ...POLICY.machine, cores, memoryGiB: memory, diskTiB: disk },
  };
  const population = createPopulation({
    people: PEOPLE,
    seed: 1,
    ...(mean && { meanFriends: mean }),
  });
  const demand = demandOf(population, users, ring);
  const sizeAt = (textBytes: number) =>
    sizeOf({ demand: { ...demand, textBytes }, policy, costs, curve: batches, bytes: UNIT_BYTES });
  const sizing = sizeAt(demand.textBytes);
  if (options.json) {
    console.log(JSON.stringify({ demand, policy, sizing }, null, 2));
    return;
  }
  const measured = `Unit costs: ${machine.cpus} cores (${machine.model}), ${startedAt.slice(0, 10)}, commit ${commit}; held-out configurations were predicted within ${(100 * errors.ours).toFixed(0)}% (root mean square), by a naive planner within ${(100 * errors.naive).toFixed(0)}%.`;
  const knowsGateway = (costs.gateway?.each.pages ?? 0) >= LEAST_REST_SECONDS;
  const doubts = [
    ...doubtsOf(sizing, options.engine, errors.ours),
    ...(knowsGateway ? [] : [GATEWAY_UNKNOWN]),
  ];
  console.log(`${planText(sizing, sizeAt(MEAN_TEXT_BYTES), { policy, doubts })}\n\n${measured}`);
}

/** Full size: its tables are computed, nothing is stored. */
const PEOPLE = 500_000_000;

/** Mean of the texts that people write in this population; see docs/load/population.md. */
const MEAN_TEXT_BYTES = 122;
/** Owners up to which mixtures were measured. */
const MOST_OWNERS_MEASURED = 64;
/** Root mean square of the errors of held-out predictions, above which they failed. */
const MOST_ERROR: Readonly<Record<PrefillEngine, number>> = { embedded: 0.1, cql: 0.15 };

/** CPU of a page over REST; a calibration that says less has made none. */
const LEAST_REST_SECONDS = 20e-6;
const GATEWAY_UNKNOWN =
  "the gateway's work over REST and live streams are NOT in it, for calibrations go over gRPC";

/** What keeps the answer from being believed as it is: parts of its sentence. */
function doubtsOf({ owners }: Sizing, engine: PrefillEngine, error: number): readonly string[] {
  return [
    ...(owners > MOST_OWNERS_MEASURED
      ? [`NOT MEASURED beyond ${MOST_OWNERS_MEASURED} owners, and these are ${owners}`]
      : []),
    ...(error > MOST_ERROR[engine]
      ? [
          `held-out predictions were off by ${(100 * error).toFixed(0)}%, and ${100 * MOST_ERROR[engine]}% is the aim`,
        ]
      : []),
  ];
}

function planText(
  { perSecond, owners, tiers, machines, storage, network }: Sizing,
  atMean: Sizing,
  { policy, doubts }: { readonly policy: Policy; readonly doubts: readonly string[] },
) {
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  const { machine } = policy;
  const hasDatabase = tiers.some(({ tier }) => tier === "cql");
  return [
    `At the peak, a second: ${whole(perSecond.posts)} posts, ${whole(perSecond.stored)} deliveries stored and ${whole(perSecond.dropped)} dropped, ${whole(perSecond.pages)} pages.`,
    `${owners === 1 ? "One timeline owner" : `${whole(owners)} timeline owners`}; ${(perSecond.pieces / perSecond.posts).toFixed(1)} of them have viewers of a post.`,
    "",
    textTable([
      ["tier", "CPU used", "cores", "memory", "disk", "of machines"],
      ...tiers.map((tier) => [
        tier.tier,
        tier.cpu.toFixed(1),
        whole(tier.cores),
        `${whole(tier.memoryGiB)} GiB`,
        tier.diskBytes === 0 ? "" : size(tier.diskBytes),
        machineShare(tier, policy).toFixed(1),
      ]),
    ]),
    `${whole(machines)} machines of ${machine.cores} cores, ${machine.memoryGiB} GiB and ${machine.diskTiB} TiB: ${100 * policy.maxUtilisation}% of the CPU used at the peak, one of ${policy.zones} zones lost${
      hasDatabase
        ? `, disks ${100 * policy.maxDiskUse}% full, database and broker work done ${policy.replicas} times`
        : "; database and broker, and with them the years of posts below, are not in it: --engine cql"
    }${doubts.map((doubt) => `; ${doubt}`).join("")}.`,
    "",
    textTable([
      ["storage", "once", "with copies", `once, at ${MEAN_TEXT_BYTES} bytes a text`],
      ...storage.map(({ what, bytes, withReplicas }, i) => [
        what,
        size(bytes),
        size(withReplicas),
        size(atMean.storage[i].bytes),
      ]),
    ]),
    "",
    textTable([
      ["network at the peak", "Gbit/s"],
      ...network.map(({ what, bitsPerSecond }) => [what, (bitsPerSecond / 1e9).toFixed(2)]),
    ]),
  ].join("\n");
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

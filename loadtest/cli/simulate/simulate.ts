import { readFileSync } from "node:fs";
import { Presets, SingleBar } from "cli-progress";
import { Option } from "commander";
import { DAILY_SHARE } from "../../../population/people/activity.ts";
import { Command } from "../../../tools/command-line/command.ts";
import { calibrated } from "../../simulate/calibration.ts";
import { createModel } from "../../simulate/create-model.ts";
import type { Outage } from "../../simulate/mesh/faults.ts";
import type { Model } from "../../simulate/model.ts";
import { simulateDay } from "../../simulate/simulate-day.ts";
import type { SimulationFile } from "../../simulate/simulation-result.ts";
import { writeResult } from "../files/write-result.ts";
import { amount, number } from "../options/arguments.ts";
import { commandLine } from "../options/command-line.ts";
import { LoadError } from "../options/load-error.ts";
import { timeOfDay, withUsersOption } from "../options/traffic-options.ts";
import { populationOf, type WorldOptions, withWorldOptions } from "../options/world-options.ts";
import { simulationText } from "../print/simulate-text.ts";
import { simulateCheckCommand } from "./simulate-check.ts";
import { outages, within } from "./simulate-outage.ts";

interface Options extends WorldOptions {
  readonly users?: number;
  readonly engine: Model["engine"];
  readonly owners: number;
  readonly workers?: number;
  readonly rate?: number;
  readonly from: number;
  readonly hours: number;
  readonly outage?: readonly Outage[];
  readonly calibration?: string;
  readonly json?: boolean;
  readonly out?: string;
}

const EXAMPLES = `
Examples:
  npm run load -- simulate
  npm run load -- simulate --outage 12:00+60m --out simulation.json
  npm run load -- simulate --users 5M --owners 4 --from 18:00 --hours 8 --outage owner2:20:00+5m
  npm run load -- simulate --engine embedded --owners 2 --workers 1 --rate 20 --hours 0.1
  npm run load -- simulate --calibration calibration.json --json`;

/** `load simulate`: the write path at any size, event by event. */
export function simulateCommand(): Command {
  return withUsersOption(withWorldOptions(new Command("simulate")))
    .description("Simulates a day of the write path: lag over the day, and through outages.")
    .addOption(
      new Option(
        "--engine <name>",
        "embedded: LMDB and its queues; cql: a CQL cluster and RabbitMQ",
      )
        .choices(["embedded", "cql"] satisfies Model["engine"][])
        .default("cql"),
    )
    .option("--owners <n>", "timeline processes", amount(1, 4_096), 20)
    .option("--workers <n>", "fan-out workers; as the peak needs by default", amount(1, 256))
    .option("--rate <n>", "posts a second all day, instead of the users' curve", number(0.01, 1e5))
    .option("--from <time>", "when it begins, a time of the day in UTC", timeOfDay, 0)
    .option("--hours <n>", "how long", number(0.001, 25), 24)
    .option("--outage <when>", "[broker|workerN|ownerN:]HH:MM+60m; may be given again", outages)
    .option("--calibration <file>", "JSON with measured costs and distributions")
    .option("--json", "for programs; without the plot")
    .option("--out <file>", "where the result goes, as JSON; by default a new file in .data")
    .addHelpText("after", EXAMPLES)
    .enablePositionalOptions()
    .addCommand(simulateCheckCommand())
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { seed, from, hours } = options;
  const model = modelOf(options);
  const seconds = Math.max(1, Math.round(hours * 3_600));
  const asked = {
    seed,
    fromSecond: from,
    seconds,
    outages: (options.outage ?? []).map((outage) => within(outage, from)),
  };
  const startedAt = new Date().toISOString();
  const result = withProgress(seconds, (onProgress) =>
    simulateDay(model, { ...asked, onProgress }),
  );
  const whole: SimulationFile = { ...result, command: commandLine(), startedAt };
  const file = await writeResult(whole, options.out);
  console.log(options.json ? JSON.stringify(whole) : `${simulationText(result)}\nResult: ${file}`);
}

function modelOf(options: Options): Model {
  const { users, people, engine, owners, workers, rate, calibration } = options;
  const registered = users === undefined ? people : Math.round(users / DAILY_SHARE);
  const population = populationOf({ ...options, people: registered });
  const dailyUsers = registered * DAILY_SHARE;
  const model = createModel(population, {
    engine,
    dailyUsers,
    owners,
    workers,
    postsPerSecond: rate,
  });
  return calibration === undefined ? model : calibrated(model, readCalibration(calibration));
}

function readCalibration(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const problem = (error as Error).message;
    throw new LoadError(`--calibration ${path}: ${problem}; give a file with a JSON object.`);
  }
}

/** Runs `work` behind a bar over the seconds that are simulated. */
function withProgress<T>(seconds: number, work: (onProgress: (done: number) => void) => T): T {
  const format = "{bar} {percentage}% of the time | {eta_formatted} left";
  const bar = new SingleBar({ format, stream: process.stderr }, Presets.shades_classic);
  bar.start(seconds, 0);
  try {
    return work((done) => {
      bar.update(done);
      // The simulation does not give way to the bar's own timer.
      bar.render();
    });
  } finally {
    bar.stop();
  }
}

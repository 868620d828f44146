import { Presets, SingleBar } from "cli-progress";
import { type Command, Option } from "commander";
import { CELLS } from "../../../population/people/cells.ts";
import type { Population } from "../../../population/population.ts";
import { DAY_SECONDS } from "../../traffic/curve/diurnal.ts";
import { ndjson } from "../../traffic/output/ndjson.ts";
import { digestOf, records } from "../../traffic/output/records.ts";
import type { StepBatch } from "../../traffic/stream/steps.ts";
import { writePieces } from "../files/write-pieces.ts";
import { amount } from "../options/arguments.ts";
import { LoadError } from "../options/load-error.ts";
import { type TrafficOptions, timeOfDay, trafficOf } from "../options/traffic-options.ts";
import { writeGhzFiles } from "./traffic-ghz.ts";

const FORMATS = ["ndjson", "records", "ghz", "digest"] as const;
const MAX_SECONDS = 30 * DAY_SECONDS;

interface Options extends TrafficOptions {
  readonly from: number;
  readonly day: number;
  readonly seconds: number;
  readonly generators: number;
  readonly generator: number;
  readonly format: (typeof FORMATS)[number];
  readonly out?: string;
}

export function withEmitOptions(command: Command): Command {
  return command
    .option("--from <time>", "first second, a time of the day in UTC", timeOfDay, 0)
    .option("--day <n>", "days are alike but for chance", amount(0, 365), 0)
    .option("--seconds <n>", "how many", amount(1, MAX_SECONDS), DAY_SECONDS)
    .option("--generators <n>", "how many share the work", amount(1, CELLS), 1)
    .option("--generator <n>", "which of them this is, from 0", amount(0, CELLS - 1), 0)
    .addOption(
      new Option("--format <name>", "records: 20 bytes a step; digest: their SHA-256 alone")
        .choices(FORMATS)
        .default("ndjson" satisfies Options["format"]),
    )
    .option("--out <path>", "a file, or for ghz a folder; standard output by default");
}

export async function emitTraffic(options: Options): Promise<void> {
  const { day, from, seconds, generator, generators, format, out } = options;
  if (generator >= generators) {
    const allowed = `0 to ${generators - 1}`;
    throw new LoadError(`--generator ${generator} of --generators ${generators}: give ${allowed}.`);
  }
  const { population, traffic } = trafficOf(options);
  const fromSecond = day * DAY_SECONDS + from;
  const stream = traffic.stream({ generator, generators, fromSecond, seconds });
  const done = { steps: 0 };
  const counted = withProgress(stream, seconds, done);
  if (format === "digest") console.log(digestOf(counted));
  else if (format === "ghz") writeGhzFiles(counted, population, out);
  else await writePieces(piecesOf(format, counted, population), out);
  console.error(
    `${done.steps} steps in ${seconds} s, ${(done.steps / seconds).toFixed(1)} a second`,
  );
}

/** Counts the steps, and shows how far it is. */
function* withProgress(
  batches: Iterable<StepBatch>,
  seconds: number,
  done: { steps: number },
): Generator<StepBatch> {
  const format = "{bar} {percentage}% | {steps} steps | {eta_formatted} left";
  const bar = new SingleBar({ format }, Presets.shades_classic);
  bar.start(seconds, 0, done);
  try {
    for (const batch of batches) {
      done.steps += batch.count;
      yield batch;
      bar.increment(1, done);
    }
  } finally {
    bar.stop();
  }
}

function piecesOf(
  format: "ndjson" | "records",
  batches: Iterable<StepBatch>,
  population: Population,
): Iterable<string | Uint8Array> {
  return format === "ndjson" ? ndjson(batches, population) : records(batches);
}

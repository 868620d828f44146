import { InvalidArgumentError } from "commander";
import { Command } from "../../tools/command-line/command.ts";
import { wholeFrom } from "../support/whole-number.ts";
import { drawSteps } from "./history/steps.ts";
import { simulate } from "./simulate.ts";
import { tellFailure } from "./tell-failure.ts";

interface Options {
  readonly seed: number;
  readonly hours: number;
  readonly histories: number;
  readonly steps: number;
}

const HOUR_MS = 3_600_000;
const PROGRESS_EVERY_MS = 10_000;

const command = new Command("npm run simulate --")
  .description(
    "Lives through seeded histories of the whole mesh in virtual time, with faults of processes, network, " +
      "disks and clocks, and compares every timeline with the truth (in the spirit of TigerBeetle's VOPR). " +
      "Ends at the first broken promise, with a shortened history and the command that repeats it.",
  )
  .option("--seed <number>", "the first seed; the next history has the next one", wholeFrom(1), 1)
  .option("--hours <hours>", "go on until so much virtual time has passed, all together", hours, 0)
  .option("--histories <count>", "go on until there were so many", wholeFrom(1), 1)
  .option("--steps <count>", "of each history", wholeFrom(1), 120)
  .action(run);

async function run({ seed: first, hours: wanted, histories, steps }: Options): Promise<void> {
  const startMs = performance.now();
  const events = new Map<string, number>();
  let livedMs = 0;
  let toldMs = startMs;
  let count = 0;
  for (let seed = first; count < histories || livedMs < wanted * HOUR_MS; seed++) {
    const outcome = await simulate(seed, drawSteps(seed, steps));
    if (outcome.problem !== undefined) {
      console.error(await tellFailure(seed, steps, outcome.problem));
      process.exitCode = 1;
      return;
    }
    count++;
    livedMs += outcome.livedMs;
    for (const [event, times] of outcome.events) {
      events.set(event, (events.get(event) ?? 0) + times);
    }
    if (performance.now() - toldMs < PROGRESS_EVERY_MS) continue;
    toldMs = performance.now();
    console.error(`${count} histories, ${hoursOf(livedMs)} hours, seed ${seed}`);
  }
  for (const [event, times] of [...events].sort())
    console.log(`${String(times).padStart(9)}  ${event}`);
  const tookS = ((performance.now() - startMs) / 1_000).toFixed(0);
  console.log(`${count} histories of ${steps} steps from seed ${first}: no promise was broken.`);
  console.log(`${hoursOf(livedMs)} hours of virtual time in ${tookS} s.`);
}

function hoursOf(ms: number): string {
  return (ms / HOUR_MS).toFixed(1);
}

function hours(text: string): number {
  const value = Number(text);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("it is a number of hours");
}

await command.parseAsync();

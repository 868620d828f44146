/** `npm run bookstore:rush`: many buyers at once, and whether every answer was true. */
import { writeFileSync } from "node:fs";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { drawQueue, queueOf, queueSvg } from "./queue-picture.ts";
import { rushTable } from "./report.ts";
import { rush } from "./run.ts";
import { openRushStore } from "./store-process.ts";
import { judge } from "./verdict.ts";

const MAX_BUYERS = 10_000;
const MAX_BOOKS = 1_000;
const KILLS = 3;
const QUEUE_STEPS = 60;

const program = new Command("npm run bookstore:rush --")
  .description(
    "Lets all buyers loose at once, each with one order, and holds every answer against a model: no copy " +
      "sold twice or refused in vain, no order lost or taken twice, no cent missing.",
  )
  .option("--buyers <n>", "buyers, each with one call", wholeBetween(1, MAX_BUYERS), 100)
  .option("--books <n>", "books; the first are wanted most", wholeBetween(1, MAX_BOOKS), 1)
  .option("--copies <n>", "copies of each book", wholeBetween(0, 1_000_000), 10)
  .option("--lines <n>", "at most so many books in an order", wholeBetween(1, 20), 3)
  .option(
    "--kill",
    `kills the store up to ${KILLS} times (SIGKILL), while all wait, then with its first answers`,
    false,
  )
  .option("--address <host:port>", "a store that runs already, instead of one of its own")
  .option("--seed <n>", "of what is bought", wholeBetween(0, 2 ** 31 - 1), 1)
  .option("--timeout <seconds>", "for all of it", wholeBetween(1, 3_600), 60)
  .option("--svg <file>", "the picture of the queue as a file, too")
  .addHelpText(
    "after",
    "\nEnds with 0 when every answer was true, 1 when one was not or it failed.",
  )
  .parse();

interface Options {
  readonly buyers: number;
  readonly books: number;
  readonly copies: number;
  readonly lines: number;
  readonly kill: boolean;
  readonly address?: string;
  readonly seed: number;
  readonly timeout: number;
  readonly svg?: string;
}

try {
  process.exitCode = await run(program.opts<Options>());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(options: Options): Promise<number> {
  const { buyers, books, copies, lines, kill, address, seed, timeout, svg } = options;
  if (kill && address !== undefined)
    program.error("--kill needs a store of its own: leave out --address");
  const log = createLogger("rush", "warn");
  await using store = await openRushStore({ address, callsAtOnce: buyers, log });
  const done = await rush(store, {
    ...{ buyers, books, copies, seed, linesPerOrder: lines, atOnce: buyers },
    ...{ kills: kill ? KILLS : 0, timeoutMs: timeout * 1_000 },
  });
  console.log(rushTable(done));
  const queue = queueOf(done.bought, QUEUE_STEPS);
  console.log(`\n${drawQueue(queue)}\n`);
  if (svg !== undefined) writeFileSync(svg, queueSvg(queue));
  const faults = judge({ copies, ...done });
  for (const fault of faults) console.error(`WRONG  ${fault}`);
  if (faults.length === 0) {
    console.log("Every answer is true: linearizable for each book, no copy or cent lost or made.");
  }
  return faults.length === 0 ? 0 : 1;
}

/** `npm run chaos`: every fault in turn, on a mesh of its own, and what came of it as a table. */
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { FAULTS, whyNot } from "./catalogue.ts";
import type { Fault } from "./fault.ts";
import { removeLeftovers } from "./leftovers.ts";
import { runFault } from "./run-fault.ts";
import { holds, type Outcome, rowOf, tableOf } from "./table.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const { only, people, list } = new Command("npm run chaos --")
  .description(
    "Breaks links, processes, disks and clocks under a mesh of its own on the engines of TIDINGS_ENGINE, while " +
      "people post and read through its gateway; then every whole timeline is compared with what was acknowledged.",
  )
  .option("--only <pattern>", "faults whose names match", pattern, /(?:)/)
  .option("--people <n>", "all friends of each other", wholeBetween(2, 200), 16)
  .option("--list", "says what there is, and runs nothing", false)
  .addHelpText(
    "after",
    "\nEnds with 0 when nothing was lost, repeated or out of order, else with 1.",
  )
  .parse()
  .opts<{ only: RegExp; people: number; list: boolean }>();

const chosen = FAULTS.filter(({ name }) => only.test(name));
if (chosen.length === 0) {
  console.error(`No fault has a name that matches ${only}; --list says what there is.`);
  process.exit(1);
}
const isCql = process.env.TIDINGS_ENGINE === "cql";
if (list) for (const { name, what } of chosen) console.log(`${name.padEnd(28)} ${what}`);
else await runAll(chosen);

async function runAll(faults: readonly Fault[]): Promise<void> {
  await removeLeftovers((line) => console.error(line));
  const outcomes: Outcome[] = [];
  for (const fault of faults) {
    const outcome = await tryFault(fault);
    console.error(rowOf(outcome));
    outcomes.push(outcome);
  }
  console.log(tableOf(outcomes));
  const run = outcomes.filter(({ result }) => result !== undefined);
  console.log(
    `\n${run.length} of ${faults.length} run; ${run.filter(holds).length} of those held.`,
  );
  process.exitCode = outcomes.every(holds) ? 0 : 1;
}

async function tryFault(fault: Fault): Promise<Outcome> {
  const reason = whyNot(fault, isCql);
  if (reason !== undefined) return { fault, notRun: reason };
  const engines = resolve(ROOT, process.env.TIDINGS_DATA_DIR ?? ".data");
  try {
    const result = await runFault(fault, { root: ROOT, env: process.env, engines, people });
    return { fault, result };
  } catch (error) {
    return { fault, failure: (error as Error).message };
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError("a regular expression, such as kill or ^blackhole-post$");
  }
}

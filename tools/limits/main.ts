/** `npm run limits -- simulate SCENARIO`: who gets what of a tree of rate limits, in virtual time. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { Command } from "../command-line/command.ts";
import { chartOf } from "./chart.ts";
import { randomFrom } from "./random.ts";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios/built-in.ts";
import { tableOf } from "./table.ts";
import { verdictsOf } from "./verdict.ts";

const NAMES = Object.keys(SCENARIOS);
const SEED = 1;

const program = new Command("npm run limits --").description("Rate limits, tried out.");
program
  .command("simulate")
  .description("plays a scenario in virtual time: a table, and an SVG of who got what")
  .argument("<scenario>", `${NAMES.join(", ")}, or all`, scenarioNames)
  .option("--out <folder>", "where the pictures go", ".data/limits")
  .option("--seed <n>", "of what is random in a scenario", seed, SEED)
  .action(simulate);

async function simulate(
  names: readonly string[],
  options: { readonly out: string; readonly seed: number },
): Promise<void> {
  await mkdir(options.out, { recursive: true });
  for (const name of names) {
    const random = randomFrom(options.seed);
    const run = runScenario(SCENARIOS[name](random), random);
    const file = join(options.out, `${name}.svg`);
    await writeFile(file, chartOf(run));
    console.log(`${tableOf(run)}\n${file}\n`);
    if (verdictsOf(run).some(({ most, allowed }) => most > allowed)) process.exitCode = 1;
  }
}

function scenarioNames(text: string): readonly string[] {
  if (text === "all") return NAMES;
  if (NAMES.includes(text)) return [text];
  throw new InvalidArgumentError(`There are ${NAMES.join(", ")}, and all.`);
}

function seed(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("A whole number from 0.");
}

await program.parseAsync();

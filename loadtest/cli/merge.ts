import { Command } from "../../tools/command-line/command.ts";
import { mergeRuns } from "../play/judging/merge-runs.ts";
import { readRun } from "./files/read-run.ts";
import { writeResult } from "./files/write-result.ts";
import { runSummary } from "./print/run-summary.ts";
import { exitCodeOf } from "./run.ts";

interface Options {
  readonly out?: string;
}

const EXAMPLES = `
Example:
  npm run load -- merge part0.json part1.json --out all.json

Exit codes: as of load run.`;

/** `load merge`: one result of what several machines measured. */
export function mergeCommand(): Command {
  return new Command("merge")
    .description("Makes one result of the parts of a run that several machines made.")
    .argument("<parts...>", "files of `load run --generator i/n`")
    .option("--out <file>", "where the result goes; .data/load/results by default")
    .addHelpText("after", EXAMPLES)
    .action(merge);
}

async function merge(files: readonly string[], { out }: Options): Promise<void> {
  const parts = await Promise.all(
    files.map(async (file) => ({ file, result: await readRun(file) })),
  );
  const result = mergeRuns(parts);
  console.log(runSummary(result));
  console.log(`Result: ${await writeResult(result, out)}`);
  process.exitCode = exitCodeOf(result);
}

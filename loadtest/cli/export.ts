import { Option } from "commander";
import { Command } from "../../tools/command-line/command.ts";
import { csvOf } from "../results/export/csv.ts";
import { junitOf } from "../results/export/junit.ts";
import { type Figures, figuresOf } from "../results/figures-of.ts";
import { readRun } from "./files/read-run.ts";
import { writePieces } from "./files/write-pieces.ts";

const FORMATS: Readonly<Record<string, (runs: readonly Figures[]) => string>> = {
  json: (runs) => `${JSON.stringify(runs.length === 1 ? runs[0] : runs, null, 2)}\n`,
  csv: csvOf,
  junit: junitOf,
};

/** `load export`: results of runs for other programs. */
export function exportCommand(): Command {
  return new Command("export")
    .description("Results of runs for other programs: percentiles in ms, by operation.")
    .argument("<results...>", "JSON files of load run")
    .addOption(
      new Option("--format <name>", "json, csv, or junit for CI servers")
        .choices(Object.keys(FORMATS))
        .default("json"),
    )
    .option("--out <file>", "standard output by default")
    .action(exportRuns);
}

interface Options {
  readonly format: string;
  readonly out?: string;
}

async function exportRuns(files: readonly string[], { format, out }: Options): Promise<void> {
  const runs = await Promise.all(files.map(readRun));
  await writePieces([FORMATS[format](runs.map(figuresOf))], out);
}

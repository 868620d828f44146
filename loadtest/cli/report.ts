import { basename, resolve } from "node:path";
import { Command } from "../../tools/command-line/command.ts";
import { renderPage } from "../report/page.ts";
import { ResultError, readResult } from "../results/read-result.ts";
import { typedFile } from "./files/where-typed.ts";
import { writePieces } from "./files/write-pieces.ts";
import { LoadError } from "./options/load-error.ts";

const MAX_RESULTS = 50;

const EXAMPLES = `
Examples:
  npm run load -- report results/run.json
  npm run load -- report before.json after.json --out both.html`;

interface Options {
  readonly out: string;
}

/** `load report`: results as one page that people want to read. */
export function reportCommand(): Command {
  return new Command("report")
    .description(
      "One page of results, with charts, that needs no network: of runs, searches and more.",
    )
    .argument("<results...>", "JSON files that other commands wrote")
    .option("--out <file>", "the page", "report.html")
    .addHelpText("after", EXAMPLES)
    .action(report);
}

async function report(given: readonly string[], options: Options): Promise<void> {
  const files = given.map(typedFile);
  const out = typedFile(options.out);
  if (files.length > MAX_RESULTS) {
    throw new LoadError(
      `${files.length} results were given; a page holds at most ${MAX_RESULTS}: make several pages.`,
    );
  }
  if (files.some((file) => resolve(file) === resolve(out))) {
    throw new LoadError(`--out ${out} is one of the results: it would be lost. Give another name.`);
  }
  await writePieces([await pageOf(files)], out);
  console.log(`Written: ${out}. Open it in a browser.`);
}

async function pageOf(files: readonly string[]): Promise<string> {
  try {
    const results = await Promise.all(files.map(readResult));
    return renderPage(results.map((result, i) => ({ file: basename(files[i]), result })));
  } catch (error) {
    throw error instanceof ResultError ? new LoadError(error.message) : error;
  }
}

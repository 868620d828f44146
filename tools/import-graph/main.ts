import { join, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { readConfig } from "../../services/platform/config/config.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { Command } from "../command-line/command.ts";
import { wholeBetween } from "../command-line/whole-between.ts";
import { explainFailure } from "../mesh/explain-failure.ts";
import { exitCodeOf, noCounts } from "./counts.ts";
import { FORMAT_NAMES } from "./formats/detect.ts";
import { type ImportOptions, importGraph } from "./import-graph.ts";

const EXAMPLES = `
The format is decided from the first lines, also packed by gzip or zstd: a Matrix Market matrix, or columns
between tabs, commas, semicolons, | or spaces. A header that names two ends (source and target, from and to, ...)
says which columns; else the first two hold the people. Comments begin with #, % or //.

A service that has taken something and then takes nothing is waited for, 60 s at most.

Ends with 0 when every line was taken, 2 when some were not or there was no friendship, 1 when it stopped;
then --resume goes on from there. Ctrl-C stops it so; a second one at once.`;

const program = new Command("npm run import-graph --")
  .description("Makes people friends, as the lines of a file say, through the friend service.")
  .argument("<file>", "an edge list, CSV or Matrix Market file")
  .addOption(new Option("--format <name>", "in place of a guess").choices(FORMAT_NAMES))
  .option("--columns <a,b>", "the two columns with the people, from 1", columns)
  .option("--resume", "goes on where an earlier run stopped")
  .option("--json", "prints what became of the lines as JSON on stdout")
  .addOption(
    new Option("--shift <n>", "added to every id, for files that count from 0")
      .argParser(wholeNumber)
      .default(0n, "0"),
  )
  .option("--address <host:port>", "the friend service; else from TIDINGS_* and the default ports")
  .option("--concurrency <n>", "friendships in flight", wholeBetween(1, 10_000), 2_000)
  .addHelpText("after", EXAMPLES);

program.parse();
type Options = Pick<ImportOptions, "format" | "columns" | "shift" | "resume" | "concurrency"> & {
  readonly address?: string;
  readonly json?: boolean;
};
const { address, json, ...options } = program.opts<Options>();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () =>
    interrupted.abort(new Error("interrupted; --resume goes on from there")),
  );
}
const dataDir = resolve(import.meta.dirname, "../..", process.env.TIDINGS_DATA_DIR ?? ".data");
const counts = noCounts();
let stopped: string | undefined;
try {
  const addresses = address ? [address] : friendAddresses(process.env);
  const stateFolder = join(dataDir, "import-graph");
  const all = { ...options, addresses, stateFolder, counts, signal: interrupted.signal };
  await importGraph(program.args[0], all, process.stderr);
  process.exitCode = exitCodeOf(counts);
} catch (error) {
  const where = address ?? friendAddresses(process.env).join(",");
  stopped = await explainFailure(error, "friend", where);
  console.error(`stopped: ${stopped}`);
  process.exitCode = 1;
}
if (json) console.log(JSON.stringify({ ...counts, exitCode: process.exitCode, stopped }));

function friendAddresses(env: Environment): readonly string[] {
  return readConfig({ addresses: addressesVariable("friend", env) }, env).addresses;
}

function columns(value: string): readonly [number, number] {
  const [, a, b] = /^(\d{1,2}),(\d{1,2})$/.exec(value) ?? [];
  const pair = [Number(a) - 1, Number(b) - 1] as const;
  if (pair.every((column) => column >= 0) && pair[0] !== pair[1]) return pair;
  throw new InvalidArgumentError("It must be two different columns from 1 to 99, as in 2,3.");
}

function wholeNumber(value: string): bigint {
  if (!/^-?\d{1,18}$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return BigInt(value);
}

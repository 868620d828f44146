import { Command, InvalidArgumentError, Option } from "commander";
import { readConfig } from "../../services/platform/config/config.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { exitCodeOf } from "./counts.ts";
import { FORMATS } from "./formats/detect.ts";
import { type ImportOptions, importGraph } from "./import-graph.ts";

const EXAMPLES = `
Formats, by the file's name or content, also packed as .gz:
  edge-list      two ids a line, separated by spaces or tabs; # and % begin comments
  csv            the first two columns; a header is passed over
  matrix-market  %%MatrixMarket matrix coordinate, general or symmetric

Ends with 0 when every line was taken, 2 when some were not, 1 when the import stopped.`;

const program = new Command("import-graph")
  .description("Makes people friends, as the lines of a file say, through the friend service.")
  .argument("<file>", "an edge list, CSV or Matrix Market file")
  .addOption(new Option("--format <name>", "in place of a guess").choices(Object.keys(FORMATS)))
  .addOption(
    new Option("--shift <n>", "added to every id, for files that count from 0")
      .argParser(wholeNumber)
      .default(0n, "0"),
  )
  .option("--address <host:port>", "the friend service; else from TIDINGS_* and the default ports")
  .option("--concurrency <n>", "friendships in flight", concurrency, 256)
  .addHelpText("after", EXAMPLES);

program.parse();
const options = program.opts<Omit<ImportOptions, "addresses"> & { address?: string }>();
try {
  const addresses = options.address ? [options.address] : friendAddresses(process.env);
  const counts = await importGraph(program.args[0], { ...options, addresses }, process.stderr);
  process.exitCode = exitCodeOf(counts);
} catch (error) {
  console.error(`stopped: ${(error as Error).message}`);
  process.exitCode = 1;
}

function friendAddresses(env: Environment): readonly string[] {
  return readConfig({ addresses: addressesVariable("friend", env) }, env).addresses;
}

function wholeNumber(value: string): bigint {
  if (!/^-?\d{1,18}$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return BigInt(value);
}

function concurrency(value: string): number {
  const number = Number(value);
  const isAllowed = Number.isInteger(number) && number >= 1 && number <= 10_000;
  if (!isAllowed) throw new InvalidArgumentError("It must be a whole number from 1 to 10000.");
  return number;
}

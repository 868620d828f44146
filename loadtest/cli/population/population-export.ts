import { Presets, SingleBar } from "cli-progress";
import { Option } from "commander";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportPiece,
  exportSlice,
  type Slice,
} from "../../../population/export.ts";
import { MAX_PEOPLE } from "../../../population/graph/world.ts";
import { Command } from "../../../tools/command-line/command.ts";
import { writePieces } from "../files/write-pieces.ts";
import { amount } from "../options/arguments.ts";
import { LoadError } from "../options/load-error.ts";
import { populationOf, type WorldOptions, withWorldOptions } from "../options/world-options.ts";

interface Options extends WorldOptions {
  readonly from: number;
  readonly count?: number;
  readonly inside?: boolean;
  readonly format: ExportFormat;
  readonly out?: string;
}

const EXAMPLES = `
Examples:
  npm run load -- population export --people 10k --out friends.csv --format csv
  npm run load -- population export --from 1 --count 100 > friends.txt
  npm run import-graph -- friends.txt`;

export function exportCommand(): Command {
  return withWorldOptions(new Command("export"))
    .description(
      "Writes the friendships of a range of people, each once, for npm run import-graph.",
    )
    .option("--from <id>", "the first of them", amount(1, MAX_PEOPLE), 1)
    .option("--count <n>", "how many people; all by default", amount(1, MAX_PEOPLE))
    .option("--inside", "only friendships between two people of the range")
    .addOption(
      new Option("--format <name>")
        .choices(Object.keys(EXPORT_FORMATS))
        .default("edge-list" satisfies ExportFormat),
    )
    .option("--out <file>", "where to; standard output by default")
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const population = populationOf(options);
  const { from, count = population.people - from + 1, inside: isInside = false } = options;
  if (count < 1 || from + count - 1 > population.people) {
    const most = `people are 1 to ${population.people}`;
    throw new LoadError(`--from ${from} --count ${count} goes beyond the last person: ${most}.`);
  }
  await write(exportSlice(population, { from, count, isInside }, options.format), options, {
    from,
    count,
    isInside,
  });
}

/** Writes as fast as the target takes it; a reader that stops reading ends it quietly. */
async function write(
  pieces: Iterable<ExportPiece>,
  { out }: Options,
  { from, count }: Slice,
): Promise<void> {
  const bar = new SingleBar(
    { format: "{bar} {percentage}% | {friendships} friendships | {eta_formatted} left" },
    Presets.shades_classic,
  );
  bar.start(count, 0, { friendships: 0 });
  let done = { people: 0, friendships: 0 };
  function* texts() {
    for (const { text, ...so } of pieces) {
      done = so;
      bar.update(so.people, { friendships: so.friendships });
      yield text;
    }
  }
  try {
    const where = () => ` near person ${from + done.people}`;
    if (!(await writePieces(texts(), out, where))) return;
  } finally {
    bar.stop();
  }
  console.error(`${done.friendships} friendships of ${done.people} people`);
}

import { DEFAULT_RING_ENTRIES } from "../../../services/timeline/domain/rings/ring-memory.ts";
import { Command } from "../../../tools/command-line/command.ts";
import { crossing } from "../../strategies/crossing.ts";
import { sampleDay } from "../../strategies/sample-day.ts";
import { compareStrategies, type MeshShape, type Outcome } from "../../strategies/strategies.ts";
import { strategiesSvg } from "../../strategies/strategies-svg.ts";
import { amount } from "../options/arguments.ts";
import { populationOf, type WorldOptions, withWorldOptions } from "../options/world-options.ts";
import { textTable } from "../print/text-table.ts";

interface Options extends WorldOptions, Omit<MeshShape, "indexDays"> {
  readonly samples: number;
  readonly json?: boolean;
  readonly svg?: boolean;
}

const INDEX_DAYS = 2;
const FRIENDS = [20, 50, 200, 1_000, 5_000];
const OWNERS = [1, 4, 20, 100];
const EXAMPLES = `
Examples:
  npm run load -- strategies
  npm run load -- strategies --owners 1
  npm run load -- strategies --people 1M --friend-limit 500 --json`;

/** `load strategies`: push or pull, and what others do, over a day of the population. */
export function strategiesCommand(): Command {
  return withWorldOptions(new Command("strategies"))
    .description(
      "Compares ways to deliver: CPU and bytes a daily user, lag, returns; from unit costs.",
    )
    .option("--samples <n>", "people looked at", amount(1_000, 1e6), 200_000)
    .option("--owners <n>", "timeline processes", amount(1, 1_000), 20)
    .option("--ring-entries <n>", "of a timeline", amount(1, 10_000), DEFAULT_RING_ENTRIES)
    .option("--list-entries <n>", "of one with no index below it", amount(1, 10_000), 800)
    .option("--small-entries <n>", "of the slow pool's timelines", amount(1, 1_000), 20)
    .option("--bucket-minutes <n>", "between two looks of pull by buckets", amount(1, 1_440), 5)
    .option("--follow-limit <n>", "of the lossy push", amount(1, 10_000), 2_000)
    .option("--friend-limit <n>", "of the fixed limit", amount(1, 100_000), 1_000)
    .option("--json", "for programs")
    .option("--svg", "the picture of docs/push-or-pull.md")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => {
      const shape = { ...options, indexDays: INDEX_DAYS };
      const outcomes = compareStrategies(sampleDay(populationOf(options), options.samples), shape);
      if (options.json)
        console.log(JSON.stringify({ outcomes, crossings: crossings(shape) }, null, 2));
      else if (options.svg) console.log(strategiesSvg(outcomes));
      else console.log(`${strategiesText(outcomes)}\n\n${crossingsText(shape)}`);
    });
}

function crossings(shape: MeshShape) {
  return OWNERS.flatMap((owners) =>
    FRIENDS.map((friends) => ({
      owners,
      friends,
      postsAPage: crossing(friends, { ...shape, owners }),
    })),
  );
}

function strategiesText(outcomes: readonly Outcome[]): string {
  const head = [
    "a daily user and day",
    "CPU us",
    "written",
    "read",
    "bytes",
    "lag p50, p99",
    "lost",
  ];
  const rows = outcomes.map(({ name, writeUs, readUs, bytes, lagMs, lostShare }) => [
    name,
    whole(writeUs + readUs),
    whole(writeUs),
    whole(readUs),
    whole(bytes),
    `${time(lagMs.p50)}, ${time(lagMs.p99)}`,
    lostShare === 0 ? "" : `${(100 * lostShare).toFixed(1)}%`,
  ]);
  const returns = outcomes.map(({ name, return: { us, shows } }) => [
    name,
    us === 0 ? "none" : `${whole(us)} us`,
    shows,
  ]);
  const after = [["first page after a month", "costs more", "shows"], ...returns];
  return `${textTable([head, ...rows])}\n\n${textTable(after)}`;
}

function crossingsText(shape: MeshShape): string {
  const head = ["posts of a friend a page read", ...FRIENDS.map((n) => `${n} friends`)];
  const rows = OWNERS.map((owners) => [
    `${owners} owner${owners === 1 ? "" : "s"}`,
    ...FRIENDS.map((friends) => point(crossing(friends, { ...shape, owners }))),
  ]);
  return `Pull is cheaper above:\n${textTable([head, ...rows])}`;
}

function point(postsAPage: number): string {
  if (postsAPage === 0) return "always";
  return Number.isFinite(postsAPage) ? postsAPage.toPrecision(2) : "never";
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function time(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`;
}

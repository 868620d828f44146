import { Command } from "../../../tools/command-line/command.ts";
import { entriesRead, readersOf, sharesRead } from "../../strategies/read-ages.ts";
import { amount } from "../options/arguments.ts";
import { populationOf, type WorldOptions, withWorldOptions } from "../options/world-options.ts";
import { textTable } from "../print/text-table.ts";

interface Options extends WorldOptions {
  readonly samples: number;
  readonly json?: boolean;
}

const HOUR = 1 / 24;
const AGES: readonly (readonly [name: string, days: number])[] = [
  ["an hour", HOUR],
  ["6 hours", 6 * HOUR],
  ["a day", 1],
  ["2 days", 2],
  ["4 days", 4],
  ["a week", 7],
  ["4 weeks", 28],
  ["a year", 365],
  ["3 years", 3 * 365.25],
];
const RANKS = [20, 48, 64, 200, 800];
const EXAMPLES = `
Examples:
  npm run load -- read-ages
  npm run load -- read-ages --people 1M --json`;

/** `load read-ages`: how old is what is read, which says what belongs into which tier. */
export function readAgesCommand(): Command {
  return withWorldOptions(new Command("read-ages"))
    .description("How old the posts are that people read, and how far down: what tiers must hold.")
    .option("--samples <n>", "people looked at", amount(1_000, 1e6), 50_000)
    .option("--json", "for programs")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => {
      const readers = readersOf(populationOf(options), options.samples);
      const shares = sharesRead(entriesRead(readers), [
        ...AGES.map(
          ([, days]) =>
            ({ ageDays }: { ageDays: number }) =>
              ageDays <= days,
        ),
        ...RANKS.map(
          (most) =>
            ({ rank }: { rank: number }) =>
              rank <= most,
        ),
      ]);
      const names = [
        ...AGES.map(([name]) => `younger than ${name}`),
        ...RANKS.map((most) => `among the newest ${most}`),
      ];
      if (options.json) {
        console.log(JSON.stringify(Object.fromEntries(names.map((name, i) => [name, shares[i]]))));
        return;
      }
      const rows = names.map((name, i) => [name, `${(100 * shares[i]).toFixed(2)}%`]);
      console.log(textTable([["of the posts that are read", "share"], ...rows]));
    });
}

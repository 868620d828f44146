import { PUBLISHED } from "../../../population/graph/degree-curve.ts";
import { type Description, describePopulation } from "../../../population/measure/describe.ts";
import {
  ACTIVE_SHARE,
  ASSUMED_ACTIVE_SHARE_OF_FRIENDS,
  DAILY_SHARE,
  POSTS_A_VISITOR_AND_DAY,
} from "../../../population/people/activity.ts";
import { Command } from "../../../tools/command-line/command.ts";
import { amount, numbers } from "../options/arguments.ts";
import { populationOf, type WorldOptions, withWorldOptions } from "../options/world-options.ts";
import { plotText, shortNumber } from "./plot.ts";

interface Options extends WorldOptions {
  readonly samples: number;
  readonly percentiles: readonly number[];
  readonly json?: boolean;
}

const PERCENTILES = [1, 5, 10, 20, 25, 50, 75, 90, 95, 99, 99.9];
const EVERY_PERCENT = Array.from({ length: 60 }, (_, i) => 0.5 + (i * 99) / 59);
const EXAMPLES = `
Examples:
  npm run load -- population describe
  npm run load -- population describe --people 1M --mean 200 --percentiles 50,99.9
  npm run load -- population describe --people 20k --json`;

export function describeCommand(): Command {
  return withWorldOptions(new Command("describe"))
    .description("Measures friendships as they came out, beside what was published for Facebook.")
    .option("--samples <n>", "people looked at", amount(100, 1e6), 5_000)
    .option("--percentiles <list>", "of the number of friends", numbers(0, 100), PERCENTILES)
    .option("--json", "for programs; without plots")
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => {
      const population = populationOf(options);
      const { samples, percentiles } = options;
      if (options.json) {
        console.log(JSON.stringify(describePopulation(population, samples, percentiles), null, 2));
        return;
      }
      // One measurement has what is printed and what is drawn.
      const asked = [...percentiles, ...EVERY_PERCENT];
      const description = describePopulation(population, samples, asked);
      console.log(descriptionText(description, percentiles.length));
    });
}

/** The first `printed` quantiles as numbers, the others as a curve. */
function descriptionText(description: Description, printed: number): string {
  const { people, maxFriends, sampledPeople, largest, quantiles, clustering } = description;
  const head =
    `${shortNumber(people)} people with at most ${shortNumber(maxFriends)} friends; ` +
    `${shortNumber(sampledPeople)} of them were looked at, with at most ${shortNumber(largest)}.`;
  const percentiles = quantiles
    .slice(0, printed)
    .map(({ percentile, friends }) => `${percentile}%: ${shortNumber(friends)}`);
  return [
    head,
    comparisonText(description),
    `Friends at each percentile: ${percentiles.join("   ")}`,
    degreePlot(quantiles.slice(printed)),
    clusteringPlot(clustering),
    deliveriesText(description),
  ].join("\n\n");
}

function comparisonText({ comparisons }: Description): string {
  const row = (figure: string, published: string, realised: string, off: string) =>
    `${figure.padEnd(28)}${published.padStart(12)}${realised.padStart(12)}${off.padStart(9)}`;
  const rows = comparisons.map(({ figure, published, realised }) => {
    const off = `${(100 * (realised / published - 1)).toFixed(1)}%`;
    return row(figure, shortNumber(published), shortNumber(realised), off);
  });
  return [row("", "published", "here", "off by"), ...rows].join("\n");
}

function degreePlot(quantiles: Description["quantiles"]): string {
  const here = quantiles.map(({ percentile, friends }) => [percentile, friends] as const);
  const published = [
    [100 * PUBLISHED.underTenShare, 10],
    [100 * PUBLISHED.underTwentyFiveShare, 25],
    [50, PUBLISHED.medianFriends],
  ] as const;
  const plot = plotText(
    [
      { mark: ".", points: here },
      { mark: "O", points: published },
    ],
    { label: "percentile", isLogarithmic: false },
    { label: "friends (. here, O published)", isLogarithmic: true },
  );
  return plot;
}

function clusteringPlot(clustering: Description["clustering"]): string {
  const here = clustering.filter((one) => one.clustering > 0);
  const median = [PUBLISHED.medianFriends, PUBLISHED.clusteringAtMedian] as const;
  const plot = plotText(
    [
      { mark: ".", points: here.map((one) => [one.friends, one.clustering] as const) },
      { mark: "O", points: [median] },
    ],
    { label: "friends", isLogarithmic: true },
    { label: "clustering (. here, O published)", isLogarithmic: true },
  );
  const values = clustering.map((one) => `${one.near}: ${shortNumber(one.clustering)}`);
  return `${plot}\n\nClustering near each number of friends: ${values.join("   ")}`;
}

function deliveriesText({ deliveries }: Description): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  return [
    `Come on a day: ${percent(deliveries.dailyShare)} (aim ${percent(DAILY_SHARE)}); ` +
      `within two weeks, the active: ${percent(deliveries.activeShare)} (aim ${percent(ACTIVE_SHARE)}).`,
    `Of all friendships ${percent(deliveries.activeShareOfFriends)} lead to someone active ` +
      `(assumed: ${percent(ASSUMED_ACTIVE_SHARE_OF_FRIENDS)}).`,
    `Posts of a visitor and day: ${shortNumber(deliveries.postsAVisitor)} (aim ${POSTS_A_VISITOR_AND_DAY}).`,
    `Deliveries of a post: ${shortNumber(deliveries.toAllFriends)} to all friends, ` +
      `${shortNumber(deliveries.toActiveFriends)} to active friends, which are stored.`,
  ].join("\n");
}

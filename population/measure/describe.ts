import { PUBLISHED } from "../graph/degree-curve.ts";
import type { Population } from "../population.ts";
import { measureDegrees, type RealisedDegrees } from "./degrees.ts";
import { type Deliveries, measureDeliveries } from "./deliveries.ts";
import {
  type FriendsOfFriends,
  measureClustering,
  measureFriendsOfFriends,
  type RealisedClustering,
} from "./neighbourhoods.ts";

/** A published figure beside what a sample of the population came to. */
export interface Comparison {
  readonly figure: string;
  readonly published: number;
  readonly realised: number;
}

export interface Description {
  readonly people: number;
  readonly maxFriends: number;
  readonly sampledPeople: number;
  /** The largest degree in the sample. */
  readonly largest: number;
  readonly comparisons: readonly Comparison[];
  /** Degrees by percentile, 0 to 100. */
  readonly quantiles: readonly { readonly percentile: number; readonly friends: number }[];
  readonly clustering: readonly RealisedClustering[];
  readonly deliveries: Deliveries;
}

const CLUSTERING_DEGREES = [10, 20, 50, 99, 200, 500, 1_000, 2_000, 4_000];
/** The degree at which friends of friends are published. */
const NEAR_DEGREE = 100;

/** Measures a population on `samples` people. Nothing is read from the curves it was made of. */
export function describePopulation(
  population: Population,
  samples: number,
  percentiles: readonly number[],
): Description {
  const degrees = measureDegrees(population, samples);
  const clustering = measureClustering(population, CLUSTERING_DEGREES);
  const around = measureFriendsOfFriends(population, NEAR_DEGREE);
  return {
    people: population.people,
    maxFriends: population.maxFriends,
    sampledPeople: degrees.sampledPeople,
    largest: degrees.largest,
    comparisons: [...degreeComparisons(degrees), ...nearComparisons(clustering, around)],
    quantiles: percentiles.map((percentile) => ({
      percentile,
      friends: degrees.quantile(percentile / 100),
    })),
    clustering,
    deliveries: measureDeliveries(population, samples),
  };
}

function degreeComparisons(degrees: RealisedDegrees): readonly Comparison[] {
  const { underTenShare, underTwentyFiveShare } = PUBLISHED;
  return [
    compare("% under 10 friends", 100 * underTenShare, 100 * degrees.shareUnder(10)),
    compare("% under 25 friends", 100 * underTwentyFiveShare, 100 * degrees.shareUnder(25)),
    compare("median friends", PUBLISHED.medianFriends, degrees.quantile(0.5)),
    compare("mean friends", PUBLISHED.meanFriends, degrees.mean),
    compare("mean friends of a friend", PUBLISHED.meanFriendsOfAFriend, degrees.meanOfAFriend),
  ];
}

/** Small worlds have nobody with so many friends. */
function nearComparisons(
  clustering: readonly RealisedClustering[],
  around: FriendsOfFriends | undefined,
): readonly Comparison[] {
  const { medianFriends, clusteringAtMedian, friendsOfFriendsAt100 } = PUBLISHED;
  const atMedian = clustering.find(({ near }) => near === medianFriends);
  const figures: Comparison[] = [];
  if (atMedian) {
    figures.push(compare("clustering at 99 friends", clusteringAtMedian, atMedian.clustering));
  }
  if (around) {
    const { distinct, paths } = friendsOfFriendsAt100;
    figures.push(compare("friends of friends at 100", distinct, around.distinct));
    figures.push(compare("... once for each path", paths, around.paths));
  }
  return figures;
}

function compare(figure: string, published: number, realised: number): Comparison {
  return { figure, published, realised };
}

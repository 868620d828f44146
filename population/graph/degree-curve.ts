import { normalShareBelow } from "../normal.ts";

/**
 * How many friends people have: the published points and a smooth curve through them. Ugander, Karrer,
 * Backstrom, Marlow, "The Anatomy of the Facebook Social Graph", arXiv 1111.4503 (2011).
 */
export const PUBLISHED = {
  underTenShare: 0.1,
  underTwentyFiveShare: 0.2,
  medianFriends: 99,
  meanFriends: 190,
  /** E[d^2] / E[d]: the mean over friendships of how many friends the other end has. */
  meanFriendsOfAFriend: 635,
  maxFriends: 5_000,
  /** Share of the pairs of friends of a person with the median degree that are friends themselves. */
  clusteringAtMedian: 0.14,
  /** Of a person with 100 friends: different ones, and counted once for each friend between. */
  friendsOfFriendsAt100: { distinct: 27_500, paths: 40_300 },
} as const;

/** The normal quantiles of 10%, 20% and 50% over ln 10, ln 25 and ln 99.5 (99 is the median). */
const KNOTS = [
  { at: Math.log(10), z: -1.2815516, slope: 0.43 },
  { at: Math.log(25), z: -0.8416212, slope: 0.5316 },
  { at: Math.log(99.5), z: 0, slope: 0.8 },
] as const;
/** With the slope of 0.8 this bends the upper half to the published mean and mean of a friend. */
const BEND = 0.029;

/** What a world's curve depends on. */
export interface CurveShape {
  /** The most friends that anyone has. */
  readonly maxFriends: number;
  /** Stretches all degrees; 1: as published. */
  readonly scale: number;
}

/**
 * The share of people with fewer than `friends` friends, rising smoothly with it. The distribution is
 * close to a lognormal one: the normal quantile is a smooth function of the logarithm. Degrees bend
 * under the maximum instead of piling up at it.
 */
export function shareBelow(friends: number, { maxFriends, scale }: CurveShape): number {
  if (friends <= 1) return 0;
  if (friends > maxFriends) return 1;
  const fullness = friends / (maxFriends + 1);
  const square = fullness * fullness;
  const unbent = friends / Math.sqrt(Math.sqrt(1 - square * square)) / scale;
  return normalShareBelow(normalQuantileAt(Math.log(unbent)));
}

/** Mean degree under the curve. */
export function meanOf(shape: CurveShape): number {
  let mean = 0;
  for (let d = 1; d <= shape.maxFriends; d++) mean += 1 - shareBelow(d, shape);
  return mean;
}

/**
 * The scale at which the mean is `mean`, to six digits: the same on machines whose logarithms differ in
 * the last bit. Throws RangeError when the maximum is too near to allow it.
 */
export function scaleForMean(mean: number, maxFriends: number): number {
  const highest = meanOf({ maxFriends, scale: 1e3 });
  const lowest = meanOf({ maxFriends, scale: 1e-3 });
  if (mean < lowest || mean > highest) {
    const range = `${lowest.toFixed(1)} to ${highest.toFixed(1)}`;
    throw new RangeError(
      `a mean of ${mean} friends is not possible with at most ${maxFriends} each: ${range}`,
    );
  }
  let [low, high] = [1e-3, 1e3];
  while (high - low > 1e-9 * high) {
    const middle = Math.sqrt(low * high);
    if (meanOf({ maxFriends, scale: middle }) < mean) low = middle;
    else high = middle;
  }
  return Number(high.toPrecision(6));
}

function normalQuantileAt(x: number): number {
  const [low, middle, median] = KNOTS;
  if (x < low.at) return low.z + low.slope * (x - low.at);
  if (x < middle.at) return cubic(x, low, middle);
  if (x < median.at) return cubic(x, middle, median);
  const beyond = x - median.at;
  return median.slope * beyond + BEND * beyond * beyond;
}

type Knot = (typeof KNOTS)[number];

/** The cubic through two knots with their slopes (Hermite). */
function cubic(x: number, left: Knot, right: Knot): number {
  const width = right.at - left.at;
  const t = (x - left.at) / width;
  const s = 1 - t;
  return (
    s * s * (left.z * (1 + 2 * t) + left.slope * width * t) +
    t * t * (right.z * (3 - 2 * t) - right.slope * width * s)
  );
}

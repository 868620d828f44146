import { normalShareBelow } from "../../../population/normal.ts";
import { present } from "../../../services/model/invariant.ts";
import { median } from "../median.ts";

export interface TrendPoint {
  readonly atSeconds: number;
  readonly value: number;
}

export interface Trend {
  /** The median of the slopes between all pairs of points (Theil 1950, Sen 1968), per second. */
  readonly perSecond: number;
  /** That slope over the whole of the series. */
  readonly rise: number;
  /** Chance of looking so risen without a trend; at most that for any autocorrelation, see `trendOf`. */
  readonly p: number;
}

/** Fewer points say nothing: a straight line through them is too likely. */
const LEAST_POINTS = 8;
/** More are averaged: all pairs are looked at. */
const MOST_POINTS = 240;
/** A rise below this share of the series' median is none that matters within a step, however sure it is. */
const LEAST_RISE_SHARE = 0.2;
/** Correlations above are as good as 1: nothing is known from so few points. */
const MOST_CORRELATION = 0.98;

/**
 * Whether what waits grows. What waits is autocorrelated (a queue now is the queue a second ago), and the
 * plain test of Mann (1945) and Kendall takes every slow wave of it for a trend: a third of all steady
 * series at a correlation of 0.9. So two tests share the level, each made for one end, as Harvey, Leybourne
 * and Taylor (A simple, robust and powerful test of the trend hypothesis, 2007) combine theirs:
 * - Mann-Kendall with as many independent points as the correlation of the ranks leaves (Hamed and Rao
 *   1998; the correlation at its upper end, one standard error above its estimate): for noise.
 * - the slope against that of a random walk with the same changes from point to point, which has
 *   variance 6/5 of its changes times 1/points: for what goes steadily up, as an overloaded queue.
 */
export function trendOf(series: readonly TrendPoint[]): Trend {
  const points = thinned(known(series));
  if (points.length < LEAST_POINTS) return { perSecond: 0, rise: 0, p: 1 };
  const { perSecond, concordance } = pairwise(points);
  const seconds = present(points.at(-1)).atSeconds - points[0].atSeconds;
  const p = Math.min(asNoise(points, perSecond, concordance), asWalk(points, perSecond));
  return { perSecond, rise: perSecond * seconds, p: Math.min(1, 2 * p) };
}

/** The trend, if it is a rise that is sure at this level and large enough to matter. */
export function risingTrend(series: readonly TrendPoint[], level: number): Trend | undefined {
  const trend = trendOf(series);
  if (trend.p >= level) return undefined;
  const matters = Math.max(1, LEAST_RISE_SHARE * median(known(series).map(({ value }) => value)));
  return trend.rise >= matters ? trend : undefined;
}

function known(series: readonly TrendPoint[]): readonly TrendPoint[] {
  return series.filter(({ value }) => Number.isFinite(value));
}

/** All pairs: the median slope, and how many more rise than fall, as a share of all (Kendall's tau). */
function pairwise(points: readonly TrendPoint[]) {
  const n = points.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let more = 0;
  let at = 0;
  for (let i = 0; i < n; i++) {
    const from = points[i];
    for (let j = i + 1; j < n; j++) {
      const to = points[j];
      more += Math.sign(to.value - from.value);
      slopes[at++] = (to.value - from.value) / (to.atSeconds - from.atSeconds);
    }
  }
  // One pair less: the continuity correction of Kendall's S.
  const concordance = (Math.max(0, Math.abs(more) - 1) * Math.sign(more)) / slopes.length;
  return { perSecond: median(slopes), concordance };
}

function asNoise(points: readonly TrendPoint[], perSecond: number, concordance: number): number {
  const ranks = ranksOf(points.map(({ value, atSeconds }) => value - perSecond * atSeconds));
  const n = Math.max(2, independentOf(ranks));
  return 1 - normalShareBelow(concordance * Math.sqrt((9 * n * (n - 1)) / (2 * (2 * n + 5))));
}

/** How many independent points are worth as much to Kendall's S as these, with correlation r^k at lag k. */
function independentOf(ranks: readonly number[]): number {
  const n = ranks.length;
  const mean = (n - 1) / 2;
  let own = 0;
  let next = 0;
  ranks.forEach((rank, i) => {
    own += (rank - mean) ** 2;
    if (i + 1 < n) next += (rank - mean) * (ranks[i + 1] - mean);
  });
  // The estimate is too low by (2 + 4 r) / n when level and slope are estimated too.
  const raw = own === 0 ? 0 : (n * (next / own) + 2) / (n - 4);
  const r = Math.min(MOST_CORRELATION, Math.max(0, raw));
  const upper = Math.min(MOST_CORRELATION, r + Math.sqrt((1 - r * r) / n));
  let sum = 0;
  for (let k = 1; k < n - 2; k++) sum += (n - k) * (n - k - 1) * (n - k - 2) * upper ** k;
  return n / (1 + (2 * sum) / (n * (n - 1) * (n - 2)));
}

function asWalk(points: readonly TrendPoint[], perSecond: number): number {
  const steps = points.length - 1;
  let squares = 0;
  let seconds = 0;
  for (let i = 1; i <= steps; i++) {
    const took = points[i].atSeconds - points[i - 1].atSeconds;
    squares += (points[i].value - points[i - 1].value - perSecond * took) ** 2;
    seconds += took;
  }
  if (perSecond <= 0) return 1;
  const spread = Math.sqrt((6 / 5) * (squares / steps) * steps);
  return spread === 0 ? 0 : 1 - normalShareBelow((perSecond * seconds) / spread);
}

function ranksOf(values: readonly number[]): readonly number[] {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + to - 1) / 2; // ties share theirs
    from = to;
  }
  return ranks;
}

/** Neighbours averaged, so that at most MOST_POINTS are left. */
function thinned(points: readonly TrendPoint[]): readonly TrendPoint[] {
  const each = Math.ceil(points.length / MOST_POINTS);
  if (each <= 1) return points;
  return Array.from({ length: Math.floor(points.length / each) }, (_, i) => {
    const group = points.slice(i * each, (i + 1) * each);
    const mean = (of: (point: TrendPoint) => number) =>
      group.reduce((sum, point) => sum + of(point), 0) / each;
    return { atSeconds: mean((point) => point.atSeconds), value: mean((point) => point.value) };
  });
}

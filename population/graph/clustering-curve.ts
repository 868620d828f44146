/**
 * How many pairs of someone's friends are friends. That it is 0.14 at the median of 99 and falls with
 * the degree is published (see degree-curve.ts); the other points only follow that fall.
 */
const KNOTS = [
  { friends: 2, clustering: 0.4 },
  { friends: 10, clustering: 0.27 },
  { friends: 99, clustering: 0.14 },
  { friends: 1_000, clustering: 0.065 },
  { friends: 5_000, clustering: 0.02 },
] as const;

/** The curve: straight lines between the points, both axes logarithmic. */
export function clusteringAt(friends: number): number {
  const x = Math.max(KNOTS[0].friends, friends);
  const next = KNOTS.findIndex((knot, i) => i > 0 && (x <= knot.friends || i === KNOTS.length - 1));
  const [left, right] = [KNOTS[next - 1], KNOTS[next]];
  const share = Math.log(x / left.friends) / Math.log(right.friends / left.friends);
  return left.clustering * Math.exp(share * Math.log(right.clustering / left.clustering));
}

/**
 * The even number of neighbours on a ring, half on each side, that gives someone with so many friends
 * this clustering: c neighbours have 3/8 c (c - 2) friendships among them (Watts and Strogatz, 1998).
 */
export function ringWidthFor(friends: number): number {
  const wanted = (clusteringAt(friends) * friends * (friends - 1)) / 0.75;
  const width = 2 * Math.round((1 + Math.sqrt(1 + wanted)) / 2);
  return Math.max(0, Math.min(width, 2 * Math.floor((friends - 1) / 2)));
}

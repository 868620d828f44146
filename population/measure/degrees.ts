import type { ComputedGraph } from "../graph/graph.ts";

/** Degrees as they came out: counted on the friends of a sample, not read from the curve. */
export interface RealisedDegrees {
  readonly sampledPeople: number;
  readonly mean: number;
  /** E[d^2] / E[d]. */
  readonly meanOfAFriend: number;
  readonly largest: number;
  /** Share of people with fewer friends than this. */
  shareUnder(friends: number): number;
  /** The degree that this share of people, 0 to 1, does not reach. */
  quantile(share: number): number;
}

/**
 * A person of each of `samples` equal groups in the order of nominal degrees, or everyone. Unbiased, and
 * steadier than a plain random sample: the few with thousands of friends are met in proportion.
 */
export function measureDegrees(graph: ComputedGraph, samples: number): RealisedDegrees {
  const degrees = evenSample(graph, samples).map((person) => graph.degree(person));
  const ascending = Float64Array.from(degrees).sort();
  const sum = ascending.reduce((total, degree) => total + degree, 0);
  const squares = ascending.reduce((total, degree) => total + degree * degree, 0);
  const count = ascending.length;
  return {
    sampledPeople: count,
    mean: sum / count,
    meanOfAFriend: squares / sum,
    largest: ascending[count - 1],
    shareUnder: (friends) => ascending.filter((degree) => degree < friends).length / count,
    quantile: (share) => ascending[Math.min(count - 1, Math.floor(share * count))],
  };
}

/** People, one of each equal group of ranks; everyone when they are no more than `samples`. */
export function evenSample(graph: ComputedGraph, samples: number): readonly number[] {
  const count = Math.min(samples, graph.people);
  const rankOf = (i: number) => Math.floor(((i + 0.5) * graph.people) / count);
  return Array.from({ length: count }, (_, i) => graph.personAtRank(rankOf(i)));
}

/** Widths of the rings are even, so clustering moves in steps: people of near degrees average them. */
const NEAR = 1.15;

/** Up to `count` people with about `degree` friends, evenly among all of these; none when there are none. */
export function peopleNearDegree(
  graph: ComputedGraph,
  degree: number,
  count: number,
): readonly number[] {
  const isNear = (d: number) => d >= Math.round(degree / NEAR) && d <= Math.round(degree * NEAR);
  const peopleIn = (rows: ComputedGraph["rows"]) => rows.reduce((sum, row) => sum + row.people, 0);
  const people = peopleIn(graph.rows.filter((row) => isNear(row.degree)));
  const below = peopleIn(graph.rows.filter((row) => row.degree < degree && !isNear(row.degree)));
  const taken = Math.min(count, people);
  const rankOf = (i: number) => below + Math.floor(((i + 0.5) * people) / taken);
  return Array.from({ length: taken }, (_, i) => graph.personAtRank(rankOf(i)));
}

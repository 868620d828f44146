import type { ComputedGraph } from "../graph/graph.ts";
import { peopleNearDegree } from "./degrees.ts";

/** Clustering among people of one degree. */
export interface RealisedClustering {
  /** The degree asked for. */
  readonly near: number;
  /** Their mean degree. */
  readonly friends: number;
  /** Mean share of the pairs of friends of one person that are friends. */
  readonly clustering: number;
  readonly sampledPeople: number;
}

/** Of each person so many friends are looked at, evenly among them. */
const FRIENDS_LOOKED_AT = 40;
const PEOPLE_A_DEGREE = 30;

/** Clustering near each of `degrees` that the world has. Pairs of friends are sampled, not modelled. */
export function measureClustering(
  graph: ComputedGraph,
  degrees: readonly number[],
): readonly RealisedClustering[] {
  return degrees.flatMap((degree) => {
    const people = peopleNearDegree(graph, degree, PEOPLE_A_DEGREE);
    if (people.length === 0) return [];
    const lists = people.map((person) => graph.friends(person));
    const meanOf = (value: (friends: Int32Array) => number) =>
      lists.reduce((sum, friends) => sum + value(friends), 0) / lists.length;
    return {
      near: degree,
      friends: meanOf((friends) => friends.length),
      clustering: meanOf((friends) => clusteringOf(graph, friends)),
      sampledPeople: people.length,
    };
  });
}

function clusteringOf(graph: ComputedGraph, friends: Int32Array): number {
  if (friends.length < 2) return 0;
  const set = new Set(friends);
  const looked = Math.min(friends.length, FRIENDS_LOOKED_AT);
  let known = 0;
  for (let i = 0; i < looked; i++) {
    const friend = friends[Math.floor(((i + 0.5) * friends.length) / looked)];
    for (const other of graph.friends(friend)) if (set.has(other)) known++;
  }
  return known / (looked * (friends.length - 1));
}

/** Means over people with about `degree` friends. */
export interface FriendsOfFriends {
  readonly friends: number;
  /** Different people at distance two. */
  readonly distinct: number;
  /** Counted once for each friend between. */
  readonly paths: number;
  readonly sampledPeople: number;
}

const PEOPLE_LOOKED_AROUND = 40;

/** Undefined when nobody has about so many friends. */
export function measureFriendsOfFriends(
  graph: ComputedGraph,
  degree: number,
): FriendsOfFriends | undefined {
  const people = peopleNearDegree(graph, degree, PEOPLE_LOOKED_AROUND);
  if (people.length === 0) return undefined;
  const sums = { friends: 0, distinct: 0, paths: 0 };
  for (const person of people) {
    const friends = graph.friends(person);
    const near = new Set(friends).add(person);
    const seen = new Set<number>();
    for (const friend of friends) {
      for (const other of graph.friends(friend)) {
        if (other === person) continue;
        sums.paths++;
        if (!near.has(other)) seen.add(other);
      }
    }
    sums.friends += friends.length;
    sums.distinct += seen.size;
  }
  const mean = (sum: number) => sum / people.length;
  return {
    friends: mean(sums.friends),
    distinct: mean(sums.distinct),
    paths: mean(sums.paths),
    sampledPeople: people.length,
  };
}

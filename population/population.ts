import { type ComputedGraph, createGraph } from "./graph/graph.ts";
import { checkedWorld, type World } from "./graph/world.ts";
import { createPeople, type People } from "./people/people.ts";
import type { ZoneSet } from "./people/zones.ts";

/** A world of people: its friendships and how each person lives. All computed, nothing stored. */
export type Population = ComputedGraph & People;

/** Throws RangeError when the world cannot be. */
export function createPopulation(world: World & { readonly zones?: ZoneSet }): Population {
  const { seed } = checkedWorld(world);
  const graph = createGraph(world);
  return { ...graph, ...createPeople(graph, seed, world.zones ?? "home") };
}

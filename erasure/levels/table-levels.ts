import { componentsOf, longestPaths } from "./components.ts";

/** Tables that refer to each other in a circle, or one table alone. */
export interface TableGroup {
  readonly tables: readonly string[];
  /** Items of these tables may refer to each other. */
  readonly cyclic: boolean;
}

/**
 * The tables by the longest path that leads to them, cycles condensed: whatever refers to an item of a
 * level is deeper, or in the item's own group. By the first visit a like, which hangs on a person and on
 * a post, would stand beside the post.
 */
export function tableLevels(
  tables: readonly string[],
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly TableGroup[])[] {
  const numbers = new Map(tables.map((table, i) => [table, i]));
  const next = tables.map((table) =>
    [...(edges.get(table) ?? [])].flatMap((to) => numbers.get(to) ?? []),
  );
  const successors = (node: number) => next[node];
  const components = componentsOf(tables.length, successors);
  const levelOf = longestPaths(components, successors);
  const levels: TableGroup[][] = [];
  for (let component = 0; component < components.count; component++) {
    const members = tables.filter((_, i) => components.of[i] === component);
    const cyclic = members.length > 1 || (edges.get(members[0])?.has(members[0]) ?? false);
    levels[levelOf[component]] ??= [];
    levels[levelOf[component]].push({ tables: members, cyclic });
  }
  return levels;
}

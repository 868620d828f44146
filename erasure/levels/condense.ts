import type { ByTable, Id, Item } from "../ports.ts";
import type { FoundItems } from "../spill/found-items.ts";
import type { WalkDeps } from "../walk-deps.ts";
import { componentsOf, longestPaths } from "./components.ts";

/** Levels of sets of items, parents first. A set of several items is a cycle, to be deleted together. */
export type Rest = readonly (readonly (readonly Item[])[])[];

/**
 * What is left of a group when every item with a beginning is taken: items in cycles and below them. All of
 * it is held in memory, about 100 bytes an item.
 */
export async function condense(
  deps: WalkDeps,
  batches: Iterable<{ readonly table: string; readonly ids: readonly Id[] }>,
  found: FoundItems,
): Promise<Rest> {
  const items: Item[] = [];
  const answers: ByTable[] = [];
  const nodes = new Map<number, number>();
  for (const { table, ids } of batches) {
    if (ids.length === 0) continue;
    const numbers = found.numbersOf(table, ids);
    ids.forEach((id, i) => {
      nodes.set(numbers[i], items.length);
      items.push({ table, id });
    });
    answers.push(...(await deps.askEach(table, ids)));
  }
  const next = answers.map((answer) =>
    Object.entries(answer).flatMap(([table, ids]) =>
      found.numbersOf(table, ids).flatMap((number) => nodes.get(number) ?? []),
    ),
  );
  const successors = (node: number) => next[node];
  const components = componentsOf(items.length, successors);
  const levelOf = longestPaths(components, successors);
  const sets: Item[][] = Array.from({ length: components.count }, () => []);
  items.forEach((item, node) => {
    sets[components.of[node]].push(item);
  });
  const levels: Item[][][] = [];
  sets.forEach((set, component) => {
    levels[levelOf[component]] ??= [];
    levels[levelOf[component]].push(set);
  });
  return levels;
}

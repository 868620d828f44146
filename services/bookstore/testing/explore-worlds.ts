import { keyOf, nextWorlds, type World } from "./settling-model.ts";

/** Visits every world that can be reached; tells `visit` of each, and whether anything more can happen. */
export function explore(first: World, visit: (world: World, isLast: boolean) => void): number {
  const seen = new Set([keyOf(first)]);
  const open = [first];
  for (let world = open.pop(); world; world = open.pop()) {
    // A fault may happen or not: a world is at its end when nothing happens by itself.
    const [quietly] = nextWorlds({ ...world, faults: 0, cancels: 0 });
    visit(world, quietly === undefined);
    for (const [, next] of nextWorlds(world)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return seen.size;
}

import type { Step } from "./history/steps.ts";

const MAX_RUNS = 150;

/**
 * A shorter history that `fails` too: leaves out ever smaller runs of steps while it still does
 * (Zeller's delta debugging, made greedy). Every run lives through a whole mesh, so they are bounded.
 */
export async function shrink(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  let shortest = steps;
  let runs = 0;
  for (let size = steps.length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < shortest.length && runs < MAX_RUNS; runs++) {
      const without = [...shortest.slice(0, from), ...shortest.slice(from + size)];
      if (await fails(without)) shortest = without;
      else from += size;
    }
  }
  return shortest;
}

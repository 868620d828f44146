import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";

/** One caller, at the priority of whoever names none, is let in with about 100 calls at a time. */
const DEFAULT_IN_FLIGHT = 96;

/** Runs tasks with at most so many at a time. */
export async function inFlight(
  tasks: readonly (() => Promise<unknown>)[],
  most = DEFAULT_IN_FLIGHT,
) {
  await inParallel(most, tasks, (task) => task());
}

import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";

const DEFAULT_IN_FLIGHT = 128;

/** Runs tasks with at most so many at a time. */
export async function inFlight(
  tasks: readonly (() => Promise<unknown>)[],
  most = DEFAULT_IN_FLIGHT,
) {
  await inParallel(most, tasks, (task) => task());
}

const DEFAULT_IN_FLIGHT = 128;

/** Runs tasks with at most so many at a time. */
export async function inFlight(
  tasks: readonly (() => Promise<unknown>)[],
  most = DEFAULT_IN_FLIGHT,
) {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < tasks.length; i = next++) await tasks[i]();
  };
  await Promise.all(Array.from({ length: most }, lane));
}

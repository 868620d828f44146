const TURNS = 100;
const PAUSE_MS = 5;
/** Taken before any test plays the clock. */
const { setTimeout: later, setImmediate: nextTurn } = globalThis;

/**
 * Resolves when `check` is true; asks again on each turn of the event loop, and after a hundred less often: on a busy
 * machine whoever only waits would take a core from those it waits for. The test's timeout bounds it.
 */
export async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  for (let turn = 0; !(await check()); turn++) {
    await new Promise((resolve) => (turn < TURNS ? nextTurn(resolve) : later(resolve, PAUSE_MS)));
  }
}

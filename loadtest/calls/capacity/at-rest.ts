/** Asks a target a little, and says how long good answers took, ms; undefined: none came. */
export type Ask = () => Promise<number | undefined>;

/** Answers that take less than this share of what those before them took: something is still worked off. */
const FALLING = 0.9;

/**
 * Resolves when a target of which only answers can be seen has worked off what waited in it: they take no
 * less than those before them. Many servers go on with calls that were given up, and what they do for these
 * would be counted against the next. Rejects when that takes longer; `ask` is what takes time.
 */
export async function untilAtRest(
  ask: Ask,
  withinSeconds: number,
  nowSeconds: () => number,
): Promise<void> {
  const untilSeconds = nowSeconds() + withinSeconds;
  let before: number | undefined;
  for (;;) {
    const took = await ask();
    if (took !== undefined && before !== undefined && took >= FALLING * before) return;
    before = took;
    if (nowSeconds() < untilSeconds) continue;
    const how = took === undefined ? "do not come" : `take ${took.toFixed(0)} ms, less each time`;
    throw new Error(`answers to a few calls a second ${how}.`);
  }
}

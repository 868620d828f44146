import { keyOf, mix, unit } from "../../population/hash.ts";
import type { Pacer } from "./pacer.ts";

export interface Arrivals {
  readonly seed: number;
  /** `poisson`: as independent people come. `even`: equal gaps, for tests and comparisons of tools. */
  readonly spread: "poisson" | "even";
  /** Which of how many generators: each takes every `parts`-th arrival, and together they take all. */
  readonly part?: number;
  readonly parts?: number;
}

const ARRIVALS_KEY = 0x61727276;

/**
 * Intended send times in microseconds from the start, ascending, fixed by the seed. Poisson arrivals at a
 * changing rate are those of a steady unit rate, read through the inverse of the pacer's count
 * (time change; Lewis and Shedler 1979).
 */
export function* intendedTimes(pacer: Pacer, arrivals: Arrivals): Generator<number, void, void> {
  const { seed, spread, part = 0, parts = 1 } = arrivals;
  const key = keyOf(seed, ARRIVALS_KEY);
  let count = 0;
  for (let i = 0; ; i++) {
    // 1 - unit() is in (0, 1]: the logarithm is finite.
    const gap = spread === "even" ? (i === 0 ? 0.5 : 1) : -Math.log(1 - unit(mix(key + i)));
    count += gap;
    const seconds = pacer.timeOf(count);
    if (seconds === Number.POSITIVE_INFINITY) return;
    if (i % parts === part) yield Math.round(seconds * 1e6);
  }
}

import { mix } from "../../population/hash.ts";

const ROUNDS = 2_000_000;
const REPEATS = 5;

/**
 * How fast a fixed piece of work runs now: hash rounds a second, by CPU time of this thread, the best of
 * five (about 50 ms). Other processes do not take part in CPU time; a slower clock or a busy sibling
 * thread do.
 */
export function probeCpu(): number {
  let best = 0;
  let value = 1;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = process.threadCpuUsage();
    for (let i = 0; i < ROUNDS; i++) value = mix(value + i);
    const { user, system } = process.threadCpuUsage(start);
    best = Math.max(best, ROUNDS / ((user + system) / 1e6));
  }
  // The value is used, so that the loop is not optimised away.
  return value === 0.5 ? 0 : best;
}

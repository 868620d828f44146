import { mix } from "../../../population/hash.ts";

const ROUNDS = 1_000_000;
const PIECES = 81;

/**
 * How fast a fixed piece of work runs now: hash rounds a second, by CPU time of this thread, the median of
 * 81 pieces (about 0.4 s). Other processes do not take part in CPU time; a slower clock or a busy sibling
 * thread do. Single pieces of a few ms differ by half on shared hosts, and so does their best; their
 * median stays within a few percent.
 */
export function probeCpu(): number {
  const speeds: number[] = [];
  let value = 1;
  for (let piece = 0; piece < PIECES; piece++) {
    const start = process.threadCpuUsage();
    value = work(value);
    const { user, system } = process.threadCpuUsage(start);
    speeds.push(ROUNDS / ((user + system) / 1e6));
  }
  speeds.sort((a, b) => a - b);
  // The value is used, so that the work is not optimised away.
  return value === 0.5 ? 0 : speeds[PIECES >> 1];
}

/**
 * A function of its own, called often, and a sum that stays within 32 bits: in a loop of the probe's own it was compiled
 * anew whenever something about it turned out otherwise, and ran at 0.4 times its speed for some probes in each process.
 */
function work(from: number): number {
  let value = from;
  for (let i = 0; i < ROUNDS; i++) value = mix((value + i) | 0);
  return value;
}

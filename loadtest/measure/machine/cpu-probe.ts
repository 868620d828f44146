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
    for (let i = 0; i < ROUNDS; i++) value = mix(value + i);
    const { user, system } = process.threadCpuUsage(start);
    speeds.push(ROUNDS / ((user + system) / 1e6));
  }
  speeds.sort((a, b) => a - b);
  // The value is used, so that the loop is not optimised away.
  return value === 0.5 ? 0 : speeds[PIECES >> 1];
}

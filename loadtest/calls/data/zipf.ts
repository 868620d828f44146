import { mix } from "../../../population/hash.ts";

/** YCSB's constant. */
const THETA = 0.99;
const SCATTER_KEY = 0x7a697066;

interface Constants {
  readonly zeta: number;
  readonly alpha: number;
  readonly eta: number;
}

const known = new Map<number, Constants>();
/** Beyond it the sum's tail is an integral: off by less than 1e-6. */
const SUMMED = 10_000;
const MAX_KNOWN = 1_000;

/**
 * The rank (0 is the most frequent) of a Zipf distribution over `count` items, by a draw from 0 to 1 (Gray et
 * al., Quickly generating billion-record synthetic databases, 1994).
 */
export function zipfRank(draw: number, count: number): number {
  const { zeta, alpha, eta } = constantsFor(count);
  const share = draw * zeta;
  if (share < 1) return 0;
  if (share < 1 + 0.5 ** THETA) return Math.min(1, count - 1);
  return Math.min(count - 1, Math.floor(count * (eta * draw - eta + 1) ** alpha));
}

/** Where a rank lies among so many: hot ones are not neighbours. Two ranks may share a place, as in YCSB. */
export function scattered(rank: number, count: number): number {
  return (mix(SCATTER_KEY + rank) >>> 0) % count;
}

function constantsFor(count: number): Constants {
  const found = known.get(count);
  if (found) return found;
  const zeta = zetaOf(count);
  const alpha = 1 / (1 - THETA);
  const eta = (1 - (2 / count) ** (1 - THETA)) / (1 - zetaOf(2) / zeta);
  const constants = { zeta, alpha, eta };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(count, constants);
  return constants;
}

function zetaOf(count: number): number {
  const summed = Math.min(count, SUMMED);
  let sum = 0;
  for (let i = 1; i <= summed; i++) sum += i ** -THETA;
  if (count <= SUMMED) return sum;
  const tail = ((count + 0.5) ** (1 - THETA) - (SUMMED + 0.5) ** (1 - THETA)) / (1 - THETA);
  return sum + tail;
}

/** A sketch counts how many different keys it was given, in 2^precision bytes. */
export interface Sketch {
  readonly registers: Uint8Array;
}

/** A run of zeros in 32 bits, and one. */
const MAX_RANK = 33;

export function createSketch(precision: number): Sketch {
  return { registers: new Uint8Array(2 ** precision) };
}

/** The standard error of an estimate, as a fraction: 1.04 / sqrt(registers). */
export function standardError(precision: number): number {
  return 1.04 / Math.sqrt(2 ** precision);
}

/** A key as two 32-bit hashes; `kind` tells keys of different kinds apart. */
export function hashKey(low: number, high: number, kind: number, out: Uint32Array): void {
  out[0] = mix(mix(low ^ 0x9e37_79b9) ^ mix(high + kind));
  out[1] = mix(mix(low + 0x85eb_ca6b) ^ mix(high ^ 0xc2b2_ae35) ^ out[0]);
}

/** Adds a hashed key (HyperLogLog, Flajolet et al. 2007); again changes nothing. */
export function addHash({ registers }: Sketch, hash: Uint32Array): void {
  const register = hash[0] & (registers.length - 1);
  const rank = Math.clz32(hash[1]) + 1;
  if (rank > registers[register]) registers[register] = rank;
}

/** Makes `into` the sketch of what either was given; both have one precision. */
export function mergeSketch(into: Sketch, from: Sketch): void {
  for (let i = 0; i < into.registers.length; i++) {
    if (from.registers[i] > into.registers[i]) into.registers[i] = from.registers[i];
  }
}

/**
 * How many different keys, about: the improved raw estimator of Ertl (New cardinality estimation
 * algorithms for HyperLogLog sketches, 2017, algorithm 6), which needs no table and is unbiased from
 * zero on.
 */
export function estimate({ registers }: Sketch): number {
  const counts = new Uint32Array(MAX_RANK + 1);
  for (const rank of registers) counts[rank]++;
  const size = registers.length;
  let sum = size * tau(1 - counts[MAX_RANK] / size);
  for (let rank = MAX_RANK - 1; rank >= 1; rank--) sum = 0.5 * (sum + counts[rank]);
  sum += size * sigma(counts[0] / size);
  return Math.round((size * size) / (2 * Math.LN2 * sum));
}

function sigma(fraction: number): number {
  if (fraction === 1) return Infinity;
  let x = fraction;
  let y = 1;
  let sum = fraction;
  for (let last = -1; sum !== last; ) {
    last = sum;
    x *= x;
    sum += x * y;
    y += y;
  }
  return sum;
}

function tau(fraction: number): number {
  if (fraction === 0 || fraction === 1) return 0;
  let x = fraction;
  let y = 1;
  let sum = 1 - fraction;
  for (let last = -1; sum !== last; ) {
    last = sum;
    x = Math.sqrt(x);
    y *= 0.5;
    sum -= (1 - x) ** 2 * y;
  }
  return sum / 3;
}

/** MurmurHash3's finalizer (Appleby, public domain). */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

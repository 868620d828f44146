/** How long somebody waited, over many times, ms. */
export interface Waits {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How many took longer than SLOW_MS. */
  readonly slow: number;
}

export const SLOW_MS = 500;

/** Of no times at all everything is 0. */
export function waitsOf(timesMs: readonly number[]): Waits {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
  const slow = sorted.filter((ms) => ms > SLOW_MS).length;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), slow };
}

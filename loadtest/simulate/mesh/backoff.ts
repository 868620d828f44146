import type { Random } from "../kernel/random.ts";

/**
 * As platform/messaging/backoff.ts and fanout/domain/retry.ts: doubled from failure to failure
 * (from 1), half of it jitter.
 */
export function backoffMicros(
  failures: number,
  firstMs: number,
  maxMs: number,
  random: Random,
): number {
  const ms = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return (ms / 2 + (random.unit() * ms) / 2) * 1_000;
}

/** How long to wait before the next try. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const BUS_BACKOFF: Backoff = { firstMs: 50, maxMs: 5_000 };

/**
 * Exponential with equal jitter: between a half and the whole of firstMs * 2^attempt, at most maxMs.
 * `attempt` counts from 0; `random` is 0 to 1. Jitter keeps those who lost the same server from
 * coming back at the same moment.
 */
export function backoffMs(backoff: Backoff, attempt: number, random: number): number {
  const ms = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(attempt, 30));
  return ms / 2 + (random * ms) / 2;
}

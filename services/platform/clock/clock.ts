/** Time, injected everywhere: tests and simulations bring their own. */
export interface Clock {
  /** Wall-clock time, ms since the Unix epoch. May step. */
  nowMs(): number;
  /** Monotonic time in ms from an arbitrary zero. Never steps. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

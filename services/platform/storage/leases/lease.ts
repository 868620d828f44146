/** The right to act under a generation. Generations are never used twice. */
export interface Lease {
  readonly generation: bigint;
  /**
   * False as soon as another process may have taken over: by this process's monotonic clock, less a
   * margin, and after any suspension. True means that nobody has taken over yet.
   */
  isHeld(): boolean;
}

/** How long leases last, and the room left on both sides of the end, ms. */
export interface LeaseTimes {
  readonly durationMs: number;
  /** The holder stops so much before the end; who takes over waits so much longer. */
  readonly marginMs: number;
}

export const LEASE_TIMES: LeaseTimes = { durationMs: 10_000, marginMs: 2_000 };

/** The embedded engines have one process and nobody to take over. */
export const STATIC_LEASE: Lease = { generation: 0n, isHeld: () => true };

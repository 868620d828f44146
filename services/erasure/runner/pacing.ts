import Bottleneck from "bottleneck";

export interface Pacing {
  /** Items a call may be about, so that it gets its turn. */
  readonly batchItems: number;
  pace<Result>(work: () => Promise<Result>, items: number): Promise<Result>;
  close(): Promise<void>;
}

const REFRESHES_PER_SECOND = 4;
const MAX_BATCH_ITEMS = 500;

/** So many items a second over all jobs of this process, in quarters of a second: serving goes on beside. */
export function pacingOf(itemsPerSecond: number): Pacing {
  const amount = Math.max(1, Math.floor(itemsPerSecond / REFRESHES_PER_SECOND));
  const limiter = new Bottleneck({
    reservoir: amount,
    reservoirRefreshAmount: amount,
    reservoirRefreshInterval:
      (1_000 / REFRESHES_PER_SECOND) *
      (itemsPerSecond < REFRESHES_PER_SECOND ? REFRESHES_PER_SECOND / itemsPerSecond : 1),
  });
  return {
    batchItems: Math.min(MAX_BATCH_ITEMS, amount),
    pace: (work, items) => limiter.schedule({ weight: Math.min(items, amount) }, work),
    close: () => limiter.disconnect(),
  };
}

import Bottleneck from "bottleneck";

export interface Pacing {
  /** Items a call may be about, so that it gets its turn. */
  readonly batchItems: number;
  pace<Result>(work: () => Promise<Result>, items: number): Promise<Result>;
  close(): Promise<void>;
}

/** Calls are small and many rather than large and few: a reader who comes in between waits for one at most. */
const CALLS_PER_SECOND = 40;
const MAX_BATCH_ITEMS = 500;

/** So many items a second over all jobs of this process, at even distances: serving goes on beside. */
export function pacingOf(itemsPerSecond: number): Pacing {
  const wished = Math.ceil(itemsPerSecond / CALLS_PER_SECOND);
  const batchItems = Math.min(MAX_BATCH_ITEMS, wished);
  const limiter = new Bottleneck({ minTime: (1_000 * batchItems) / itemsPerSecond });
  return {
    batchItems,
    pace: async (work, items) => {
      // What can't be divided takes as many turns as it has batches.
      for (let rest = items - batchItems; rest > 0; rest -= batchItems) {
        await limiter.schedule(async () => {});
      }
      return limiter.schedule(work);
    },
    close: () => limiter.disconnect(),
  };
}

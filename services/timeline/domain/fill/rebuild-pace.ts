import Bottleneck from "bottleneck";
import { resourceExhausted } from "../../../platform/grpc/errors/errors.ts";

/** Lets work begin at a bounded pace. Rejects with RESOURCE_EXHAUSTED when too much waits for its turn. */
export type Pace = <T>(work: () => Promise<T>) => Promise<T>;

export interface PaceLimits {
  readonly maxRunning: number;
  readonly maxQueued: number;
  /** Least time between two beginnings, ms. */
  readonly spacingMs: number;
}

const RETRY_AFTER_MS = 1_000;

/** Coarse, by timers: for what operators ask for by the thousand, beside what readers wait for. */
export function createPace({ maxRunning, maxQueued, spacingMs }: PaceLimits): Pace {
  const limiter = new Bottleneck({
    maxConcurrent: maxRunning,
    minTime: spacingMs,
    highWater: maxQueued,
    strategy: Bottleneck.strategy.OVERFLOW,
  });
  return async (work) => {
    try {
      return await limiter.schedule(work);
    } catch (error) {
      if (!(error instanceof Bottleneck.BottleneckError)) throw error;
      throw resourceExhausted(`${maxQueued} wait already; try again later`, RETRY_AFTER_MS);
    }
  };
}

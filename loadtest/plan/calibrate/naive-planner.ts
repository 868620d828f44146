import type { Sample } from "../unit-costs.ts";

/**
 * What a spreadsheet does: one cost a delivery and one cost a page, from one run of each, for everything.
 * It knows nothing of batches that shrink, of longer texts or of work that is dropped. The planner must be
 * nearer to what is measured than this.
 */
export interface NaiveCosts {
  readonly perDelivery: number;
  readonly perPage: number;
}

/** From a run of posts alone, and one of pages alone. CPU of all tiers together. Pulled, a post is its own delivery. */
export function naiveCosts(posting: Sample, reading: Sample): NaiveCosts {
  const { posts, stored, dropped } = posting.work;
  const deliveries = stored + dropped || posts;
  return {
    perDelivery: totalCpu(posting.cpu) / deliveries,
    perPage: totalCpu(reading.cpu) / reading.work.pages,
  };
}

export function naiveCpu({ perDelivery, perPage }: NaiveCosts, load: NaiveLoad): number {
  return perDelivery * load.deliveriesPerSecond + perPage * load.pagesPerSecond;
}

/** All that it looks at. */
interface NaiveLoad {
  readonly deliveriesPerSecond: number;
  readonly pagesPerSecond: number;
}

export function totalCpu(cpu: Readonly<Record<string, number | undefined>>): number {
  return Object.values(cpu).reduce<number>((sum, share) => sum + (share ?? 0), 0);
}

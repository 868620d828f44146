import type { ServicePlan } from "./services.ts";

/** The metrics pages of a mesh: where, and of which processes. */
export interface Metered {
  readonly host: string;
  readonly plans: readonly Pick<ServicePlan, "label" | "metricsPort">[];
}

const ANSWER_BOUND_MS = 2_000;

/**
 * The metrics page of each process, in the order of the work: a post before its fan-out before the
 * timelines. Undefined where there is no answer.
 */
export async function scrapeAll({
  host,
  plans,
}: Metered): Promise<ReadonlyMap<string, string | undefined>> {
  const pages = new Map<string, string | undefined>();
  for (const { label, metricsPort } of plans.toReversed()) {
    pages.set(label, await scrape(`http://${host}:${metricsPort}/metrics`));
  }
  return pages;
}

async function scrape(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(ANSWER_BOUND_MS) })).text();
  } catch {
    return undefined;
  }
}

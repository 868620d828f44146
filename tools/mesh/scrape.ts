import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { fetchPage } from "./fetch-page.ts";
import type { ServicePlan } from "./services.ts";

/** The metrics pages of a mesh: where, and of which processes. */
export interface Metered {
  readonly host: string;
  readonly plans: readonly (Pick<ServicePlan, "label" | "metricsPort"> & {
    readonly host?: string;
  })[];
  /** Of who reads them; PLAINTEXT by default. */
  readonly credentials?: Credentials;
}

const ANSWER_BOUND_MS = 2_000;

/**
 * The metrics page of each process, in the order of the work: a post before its fan-out before the
 * timelines. Undefined where there is no answer.
 */
export async function scrapeAll({
  host,
  plans,
  credentials,
}: Metered): Promise<ReadonlyMap<string, string | undefined>> {
  const pages = new Map<string, string | undefined>();
  for (const { label, metricsPort, host: own = host } of plans.toReversed()) {
    pages.set(label, await scrape(`${own}:${metricsPort}/metrics`, credentials));
  }
  return pages;
}

async function scrape(
  page: string,
  credentials: Credentials | undefined,
): Promise<string | undefined> {
  try {
    return await fetchPage(page, AbortSignal.timeout(ANSWER_BOUND_MS), credentials);
  } catch {
    return undefined;
  }
}

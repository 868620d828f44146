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
 * timelines. Undefined where there is no answer within `boundMs`.
 */
export async function scrapeAll(
  { host, plans, credentials }: Metered,
  boundMs = ANSWER_BOUND_MS,
): Promise<ReadonlyMap<string, string | undefined>> {
  const pages = new Map<string, string | undefined>();
  for (const { label, metricsPort, host: own = host } of plans.toReversed()) {
    const signal = AbortSignal.timeout(boundMs);
    pages.set(label, await scrape(`${own}:${metricsPort}/metrics`, signal, credentials));
  }
  return pages;
}

async function scrape(
  page: string,
  signal: AbortSignal,
  credentials: Credentials | undefined,
): Promise<string | undefined> {
  try {
    return await fetchPage(page, signal, credentials);
  } catch {
    return undefined;
  }
}

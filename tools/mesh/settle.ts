import { PENDING_PREFIX } from "../../services/model/metrics/pending.ts";
import { readExposition } from "../../services/platform/telemetry/read-exposition.ts";
import { type Metered, scrapeAll } from "./scrape.ts";

const POLL_MS = 20;
const DEFAULT_BOUND_MS = 60_000;

/**
 * Waits until a mesh is quiet: outboxes, bus, worker and fills are empty by their own gauges
 * (`tidings_pending_*`). Work moves from a process to the next only after the next one counts it, so one
 * pass in the order of the work that finds nothing has missed nothing; two passes allow for a broker
 * whose hand-over no gauge of ours sees.
 */
export async function settle(mesh: Metered, boundMs = DEFAULT_BOUND_MS): Promise<void> {
  const deadline = performance.now() + boundMs;
  for (let quietPasses = 0; quietPasses < 2; ) {
    const waiting = await waitingIn(mesh);
    quietPasses = waiting.length === 0 ? quietPasses + 1 : 0;
    if (performance.now() > deadline && waiting.length > 0) {
      throw new Error(`The mesh is not quiet after ${boundMs} ms: ${waiting.join(", ")}.`);
    }
    if (quietPasses < 2) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** What waits or runs in some process, in words; a process that does not answer counts. */
async function waitingIn(mesh: Metered): Promise<readonly string[]> {
  const pages = await scrapeAll(mesh);
  const silent = [...pages].filter(([, page]) => page === undefined);
  const work = [...pendingIn(pages.values())].filter(([, count]) => count > 0);
  return [
    ...work.map(([name, count]) => `${name} is ${count}`),
    ...silent.map(([label]) => `no answer from ${label}`),
  ];
}

/** The `tidings_pending_*` gauges of these metrics pages, summed by name. */
export function pendingIn(pages: Iterable<string | undefined>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const page of pages) {
    for (const { name, value } of readExposition(page ?? "", (one) =>
      one.startsWith(PENDING_PREFIX),
    ))
      sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}

/** The sum of all `tidings_pending_*` series of one process. */
export function sumPending(metrics: string): number {
  return [...pendingIn([metrics]).values()].reduce((sum, count) => sum + count, 0);
}

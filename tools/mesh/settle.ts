import type { Mesh } from "./mesh.ts";

const PENDING = /^tidings_pending_\w+(?:\{[^}]*\})? (\S+)$/gm;
const POLL_MS = 20;
const DEFAULT_BOUND_MS = 60_000;

/**
 * Waits until a mesh is quiet: outboxes, bus, worker and fills are empty by their own gauges
 * (`tidings_pending_*`). Work moves from a process to the next only after the next one counts it, so one
 * pass in the order of the work that finds nothing has missed nothing; two passes allow for a broker
 * whose hand-over no gauge of ours sees.
 */
export async function settle(mesh: Mesh, boundMs = DEFAULT_BOUND_MS): Promise<void> {
  const deadline = performance.now() + boundMs;
  for (let quietPasses = 0; quietPasses < 2; ) {
    const pending = await pendingWork(mesh);
    quietPasses = pending === 0 ? quietPasses + 1 : 0;
    if (performance.now() > deadline) {
      throw new Error(`The mesh is not quiet after ${boundMs} ms: ${pending} pieces of work wait.`);
    }
    if (quietPasses < 2) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The pieces of work that wait or run, over all processes; a process that does not answer counts. */
export async function pendingWork(mesh: Mesh): Promise<number> {
  const inOrderOfWork = [...mesh.plans].reverse();
  let pending = 0;
  for (const plan of inOrderOfWork) {
    const metrics = await scrape(`http://${mesh.host}:${plan.metricsPort}/metrics`);
    pending += metrics === undefined ? 1 : sumPending(metrics);
  }
  return pending;
}

/** The sum of all `tidings_pending_*` series of one process. */
export function sumPending(metrics: string): number {
  return [...metrics.matchAll(PENDING)].reduce((sum, match) => sum + Number(match[1]), 0);
}

async function scrape(url: string): Promise<string | undefined> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).text();
  } catch {
    return undefined;
  }
}

import { readVariable } from "../config/config.ts";
import { processVariables } from "../config/mesh.ts";
import type { Environment } from "../config/variable.ts";

/** For what closes after the last call has ended: stores, outboxes, connections, ms. */
const AFTER_DRAIN_MS = 10_000;

/**
 * How long a process may take to close before it ends anyway, ms: always longer than the drain that
 * its configuration allows. Whoever stops processes waits longer still before it kills them.
 */
export function closeBoundMs(env: Environment): number {
  const drainMs = readVariable(processVariables.drainMs, env) ?? processVariables.drainMs.fallback;
  return (drainMs ?? 0) + AFTER_DRAIN_MS;
}

import type { Mesh } from "../mesh/mesh.ts";
import type { ServiceName, ServicePlan } from "../mesh/services.ts";

/**
 * Who is replaced first: whoever answers before who asks, so that a new caller never meets an old callee that
 * lacks what it asks for. An old caller asks for what it always did.
 */
const ORDER: readonly ServiceName[] = [
  "post",
  "friend",
  "ranking",
  "timeline",
  "fanout",
  "ratelimit",
  "bookstore",
  "growth",
  "engagement",
  "erasure",
  "gateway",
];

/** The processes in the order in which they are replaced. */
export function rollOrder(plans: readonly ServicePlan[]): readonly ServicePlan[] {
  return plans.toSorted((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}

export interface Replaced {
  readonly label: string;
  /** From the signal until it had ended, and from its start until it was ready. */
  readonly drainMs: number;
  readonly startMs: number;
}

export interface RollOptions {
  readonly mesh: Pick<Mesh, "plans" | "kill" | "restart">;
  /** Behind each replacement: clients and peers find the new process. */
  readonly between: () => Promise<void>;
  readonly onReplacing?: (label: string) => void;
  readonly onReplaced: (replaced: Replaced) => void;
  /** The processes of one service only. */
  readonly only?: ServiceName | undefined;
}

/** Ends every process, one at a time, as an orchestrator does, and starts it again. */
export async function roll({
  mesh,
  between,
  onReplacing,
  onReplaced,
  only,
}: RollOptions): Promise<void> {
  for (const { name, label } of rollOrder(mesh.plans)) {
    if (only !== undefined && name !== only) continue;
    onReplacing?.(label);
    const startedMs = performance.now();
    await mesh.kill(label, "SIGTERM");
    const endedMs = performance.now();
    await mesh.restart(label);
    const readyMs = performance.now();
    onReplaced({ label, drainMs: endedMs - startedMs, startMs: readyMs - endedMs });
    await between();
  }
}

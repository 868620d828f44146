import { NOTHING, type NodeLimits, OPS_RATE_SECONDS, UNLIMITED } from "../domain/amounts.ts";
import { HtbTree, NO_NODE } from "../domain/tree/htb-tree.ts";
import type { ClassPlan } from "./reference/htb-class.ts";

/** A class of the reference as limits of this service's tree. */
export function limitsOfClass(plan: ClassPlan): NodeLimits {
  const ops = (rate: number) => ({ ops: rate, bytes: Infinity });
  return {
    rate: ops(plan.rate * OPS_RATE_SECONDS),
    ceiling: ops(plan.ceil * OPS_RATE_SECONDS),
    burst: ops(plan.burst),
    boot: NOTHING,
    weight: plan.quantum,
    priority: plan.prio,
    safe: UNLIMITED,
  };
}

/** The tree of the same classes, and its nodes by their id. */
export function treeOfClasses(plans: readonly ClassPlan[]) {
  const tree = new HtbTree();
  const nodes = new Map<string, number>();
  for (const plan of plans) {
    const parent = plan.parent === undefined ? NO_NODE : (nodes.get(plan.parent) ?? NO_NODE);
    nodes.set(plan.id, tree.add(parent, limitsOfClass(plan), 0));
  }
  return { tree, nodes };
}

/** Who wants as much as it can get, from one time to another. */
export interface Greedy {
  readonly id: string;
  readonly fromUs: number;
  readonly untilUs: number;
}

/**
 * Callers that ask for one operation after the other, and come back exactly when they are told: what each
 * got by `endUs`. `seen` hears of every admission.
 */
export function runGreedy(
  plans: readonly ClassPlan[],
  callers: readonly Greedy[],
  endUs: number,
  seen: (id: string, nowUs: number) => void = () => {},
): ReadonlyMap<string, number> {
  const { tree, nodes } = treeOfClasses(plans);
  const got = new Map(callers.map(({ id }) => [id, 0]));
  const due = callers.map((caller) => ({ ...caller, dueUs: caller.fromUs }));
  for (;;) {
    const next = due.reduce((a, b) => (b.dueUs < a.dueUs ? b : a));
    if (next.dueUs >= endUs) return got;
    const waitUs = tree.decide(nodes.get(next.id) ?? NO_NODE, 1, 0, next.dueUs);
    if (waitUs === 0) {
      got.set(next.id, (got.get(next.id) ?? 0) + 1);
      seen(next.id, next.dueUs);
    }
    next.dueUs += waitUs;
    if (next.dueUs >= next.untilUs) next.dueUs = Infinity;
  }
}

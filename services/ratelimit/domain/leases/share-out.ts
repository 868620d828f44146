import { type Amounts, mapAmounts, NOTHING, UNLIMITED } from "../amounts.ts";
import type { LimitBook } from "../limits/limit-book.ts";
import { type Claim, divide } from "../shares/divide.ts";
import { type Given, wantsOf } from "./lease.ts";
import type { LeasedNode } from "./leased-node.ts";

/** Divides a node's capacity among its children and its holders, and so on down the tree. */
export function shareOut(
  node: LeasedNode,
  capacity: Amounts,
  book: LimitBook,
  nowMs: number,
): void {
  const children = [...node.children.values()];
  const holders = [...node.given];
  const parts = mapAmountsOf((resource) =>
    divide(capacity[resource], [
      ...children.map((child) => claimOfChild(child, book, resource)),
      ...holders.map(([, given]) => claimOfHolder(given, capacity, resource, nowMs)),
    ]),
  );
  const partOf = (i: number) => mapAmounts((resource) => parts[resource][i]);
  children.forEach((child, i) => {
    shareOut(child, partOf(i), book, nowMs);
  });
  node.parts.clear();
  holders.forEach(([holder], i) => {
    node.parts.set(holder, partOf(children.length + i));
  });
}

function claimOfChild(child: LeasedNode, book: LimitBook, resource: keyof Amounts): Claim {
  const limits = book.limitOf(child.path)?.limits;
  return {
    assured: limits?.rate[resource] ?? 0,
    ceiling: limits?.ceiling[resource] ?? Infinity,
    wants: child.wanted[resource],
    weight: limits?.weight ?? 1,
    priority: limits?.priority ?? 0,
    takesIdle: child.isLive,
  };
}

/** Holders of one node are equals. Who fell silent keeps its safe share, and nothing else. */
function claimOfHolder(
  given: Given,
  capacity: Amounts,
  resource: keyof Amounts,
  nowMs: number,
): Claim {
  const isAlive = nowMs < given.untilMs;
  return {
    assured: isAlive ? 0 : given.lease.safe[resource],
    ceiling: isAlive ? capacity[resource] : given.lease.safe[resource],
    wants: wantsOf(given, nowMs)[resource],
    weight: 1,
    priority: 0,
    takesIdle: isAlive,
  };
}

function mapAmountsOf<T>(of: (resource: keyof Amounts) => T): Readonly<Record<keyof Amounts, T>> {
  return { ops: of("ops"), bytes: of("bytes") };
}

/** What may be leased of a node and all below it. */
export function capacityOf(node: LeasedNode, book: LimitBook): Amounts {
  const limit = book.limitOf(node.path);
  if (!limit) return NOTHING;
  return mapAmounts((r) => Math.min(limit.limits.ceiling[r], UNLIMITED[r]));
}

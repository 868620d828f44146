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
      ...holders.map(([, given]) =>
        claimOfHolder(given, capacity[resource], holders.length, { resource, nowMs }),
      ),
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
    // Who is assured nothing begins with its safe share.
    idle: child.isLive ? Math.max(limits?.rate[resource] ?? 0, limits?.safe[resource] ?? 0) : 0,
  };
}

/** Holders of one node are equals. Who fell silent keeps its safe share, and nothing else. */
function claimOfHolder(
  given: Given,
  capacity: number,
  holders: number,
  { resource, nowMs }: { readonly resource: keyof Amounts; readonly nowMs: number },
): Claim {
  const isAlive = nowMs < given.untilMs;
  const safe = given.lease.safe[resource];
  const equal = capacity === Infinity ? Infinity : Math.floor(capacity / holders);
  return {
    assured: isAlive ? equal : safe,
    ceiling: isAlive ? capacity : safe,
    wants: wantsOf(given, nowMs)[resource],
    weight: 1,
    priority: 0,
    idle: isAlive ? equal : 0,
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

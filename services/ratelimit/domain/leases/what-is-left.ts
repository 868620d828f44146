import { type Amounts, mapAmounts, NOTHING, UNLIMITED } from "../amounts.ts";
import type { LeasedNode } from "./leased-node.ts";

/**
 * `part`, or what the node and all above it have left besides `own`, which is counted already; and the
 * highest of them that has less.
 */
export function leftOf(
  node: LeasedNode,
  part: Amounts,
  own: Amounts,
): { readonly granted: Amounts; readonly short: LeasedNode | undefined } {
  let granted = part;
  let short: LeasedNode | undefined;
  for (let one: LeasedNode | undefined = node; one; one = one.parent) {
    const { ceiling } = one;
    const others = one.leased.without(own);
    const othersLive = one.ofLive.without(own);
    const left = mapAmounts((r) => {
      if (ceiling[r] === Infinity) return Infinity;
      const kept = one.keepsSilent(r, ceiling[r]) ? others : othersLive;
      return Math.max(0, ceiling[r] - kept[r]);
    });
    if (isLess(left, part, 1)) short = one;
    granted = mapAmounts((r) => Math.min(granted[r], left[r]));
  }
  return { granted, short };
}

/**
 * What a holder says it has, as far as that can be: by what is kept for it; or, when that is not known
 * (undefined), by every ceiling above it; of who is no holder, by what is left.
 */
export function believed(
  has: Amounts,
  node: LeasedNode,
  kept: Amounts | "no holder" | undefined,
): Amounts {
  if (kept === "no holder") return leftOf(node, has, NOTHING).granted;
  let most = kept ?? UNLIMITED;
  for (let one: LeasedNode | undefined = kept ? undefined : node; one; one = one.parent) {
    const ceiling = one.limits?.ceiling ?? NOTHING;
    most = mapAmounts((r) => Math.min(most[r], ceiling[r]));
  }
  return mapAmounts((r) => Math.min(has[r], most[r]));
}

/** In one resource at least, less than `part` of the other. */
export function isLess(a: Amounts, b: Amounts, part: number): boolean {
  return a.ops < b.ops * part || a.bytes < b.bytes * part;
}

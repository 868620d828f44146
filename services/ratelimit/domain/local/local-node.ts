import type { Amounts } from "../amounts.ts";
import type { LimitBook } from "../limits/limit-book.ts";
import type { LimitPath } from "../limits/path.ts";

/** A node of a process's own tree. Keep it, to decide without looking its path up. */
export interface LocalNode {
  readonly path: LimitPath;
  /** The leased node that it is, or lies below. */
  readonly point: LocalPoint;
  /** In the tree; NO_NODE once it was forgotten: ask for it again. */
  index: number;
  usedUs: number;
  isShadow: boolean;
}

/** A leased node, and what was asked of it since that was last read. */
export interface LocalPoint {
  readonly path: LimitPath;
  index: number;
  askedOps: number;
  askedBytes: number;
  /** Somebody was refused because the lease gives too little. */
  isPressed: boolean;
  /** What was in hand beyond a burst that became smaller. */
  returned: Amounts;
  /** It was not fresh: so the nodes below it that had limits then began empty at that time. */
  readonly began: { readonly us: number; readonly book: LimitBook } | undefined;
}

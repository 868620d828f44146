import { type Amounts, mapAmounts, NOTHING } from "../amounts.ts";
import type { LimitPath } from "../limits/path.ts";
import { type Given, reservedFor, wantsOf } from "./lease.ts";

/** A holder of a lease of one node. */
export interface HolderOf {
  readonly path: LimitPath;
  readonly holder: string;
}

/** A node that has holders, or has such a node below it. */
export class LeasedNode {
  readonly path: LimitPath;
  readonly parent: LeasedNode | undefined;
  readonly children = new Map<LimitPath, LeasedNode>();
  /** By the holder's name. */
  readonly given = new Map<string, Given>();
  /** What was last divided to each holder. */
  readonly parts = new Map<string, Amounts>();
  /** Kept for all holders here and below. */
  leased: Amounts = NOTHING;
  wanted: Amounts = NOTHING;
  /** Is a lease alive here or below? */
  isLive = false;

  constructor(path: LimitPath, parent: LeasedNode | undefined) {
    this.path = path;
    this.parent = parent;
  }

  /** Reckons what is leased and wanted, here and below; takes out who was silent too long. */
  reckon(nowMs: number, forgetMs: number, forgotten: HolderOf[]): void {
    for (const [holder, { untilMs }] of this.given) {
      if (nowMs < untilMs + forgetMs) continue;
      this.given.delete(holder);
      forgotten.push({ path: this.path, holder });
    }
    for (const child of this.children.values()) {
      child.reckon(nowMs, forgetMs, forgotten);
      if (child.isEmpty) this.children.delete(child.path);
    }
    const given = [...this.given.values()];
    const children = [...this.children.values()];
    this.isLive =
      given.some(({ untilMs }) => nowMs < untilMs) || children.some(({ isLive }) => isLive);
    this.leased = mapAmounts(
      (r) =>
        sumOf(given.map((one) => reservedFor(one, r, nowMs))) +
        sumOf(children.map(({ leased }) => leased[r])),
    );
    this.wanted = mapAmounts(
      (r) =>
        sumOf(given.map((one) => wantsOf(one, nowMs)[r])) +
        sumOf(children.map(({ wanted }) => wanted[r])),
    );
  }

  get isEmpty(): boolean {
    return this.given.size === 0 && this.children.size === 0;
  }

  /** Remembers a lease, or that there is none any more, here and above. */
  give(holder: string, given: Given | undefined, nowMs: number): void {
    const before = this.given.get(holder);
    if (given) this.given.set(holder, given);
    else this.given.delete(holder);
    const change = mapAmounts(
      (r) =>
        (given ? reservedFor(given, r, nowMs) : 0) - (before ? reservedFor(before, r, nowMs) : 0),
    );
    for (let node: LeasedNode | undefined = this; node; node = node.parent) {
      const { leased } = node;
      node.leased = mapAmounts((r) => finite(leased[r] + change[r]));
    }
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** Without a limit sums are Infinity, and their differences nothing. */
function finite(sum: number): number {
  return Number.isNaN(sum) ? Infinity : sum;
}

import { type Amounts, type NodeLimits, UNITS } from "../amounts.ts";
import * as c from "./columns.ts";
import { Loans } from "./loans.ts";
import { giveBoot, putTokens, refill, writeLimits } from "./node-rows.ts";
import { NO_NODE, NodeTable } from "./node-table.ts";
import {
  type Asked,
  charge,
  highestShort,
  isCeilingFull,
  isFull,
  lenderOf,
  waitOf,
} from "./path.ts";

export { NO_NODE };

/** Who was refused keeps its turn for a loan at least so long after it should be back. */
const GRACE_US = 5_000;

/**
 * Hierarchical token buckets: the rules of Linux sch_htb, as decisions instead of queues.
 *
 * A node with tokens of its assured rate *can send*; one without *may borrow* from the nearest ancestor
 * that has some; one whose ceiling is used up *can't send*. What is sent is charged to the assured rate
 * of the lender and of all above it, and to the ceiling of every node from the leaf to the root. Two
 * rules are stricter than the kernel's: ceilings hold for those too who send by their own assured rate,
 * and a borrower leaves half the burst of the ceilings above it to them.
 *
 * Time comes in whole microseconds of a monotonic clock. An admission makes no object. The node added
 * first is the root, and stays.
 */
export class HtbTree {
  /** Of the last refusal: the node that had too little, or lends to another first. */
  refusedBy = NO_NODE;
  /** Of the last admission: whose tokens it took. */
  lender = NO_NODE;
  readonly #nodes = new NodeTable();
  readonly #loans = new Loans(this.#nodes);
  readonly #asked: Asked = { leaf: NO_NODE, ops: 0, bytes: 0, ownOps: 0, ownBytes: 0 };

  /** The root has NO_NODE as its parent. `full`: with its burst in hand. */
  add(parent: number, limits: NodeLimits, nowUs: number, full = true): number {
    const node = this.#nodes.add(parent, limits, nowUs, full);
    this.#loans.added(node);
    return node;
  }

  /** Has it no children, and nothing to lose by being forgotten? It would come back just as full. */
  isForgettable(node: number, nowUs: number): boolean {
    const { rows, children } = this.#nodes;
    refill(rows, node * c.COLUMNS, nowUs);
    return children[node] === 0 && isFull(this.#nodes, node) && isCeilingFull(this.#nodes, node);
  }

  /** Takes out a node without children. */
  remove(node: number): void {
    this.#loans.removed(node);
    this.#nodes.remove(node);
  }

  /** New limits from now on; what was gathered under the old ones is kept up to the new burst. */
  setLimits(node: number, limits: NodeLimits, nowUs: number): void {
    const at = node * c.COLUMNS;
    refill(this.#nodes.rows, at, nowUs);
    this.#loans.leave(node);
    this.#nodes.priorities[node] = limits.priority;
    writeLimits(this.#nodes.rows, at, limits);
  }

  /** Puts tokens into its buckets, as far as they hold them. */
  put(node: number, amounts: Amounts): void {
    putTokens(this.#nodes.rows, node * c.COLUMNS, amounts);
  }

  /** What the node's own ceiling has in hand, without a boot's burst. */
  inHand(node: number, nowUs: number): Amounts {
    const { rows } = this.#nodes;
    const at = node * c.COLUMNS;
    refill(rows, at, nowUs);
    return {
      ops: Math.floor(rows[at + c.CEILING] / UNITS.ops),
      bytes: Math.floor(rows[at + c.CEILING + 1] / UNITS.bytes),
    };
  }

  /** A VM boots: its one-time burst, which takes the place of what it had of an earlier one. */
  boot(node: number, boot: Amounts): void {
    giveBoot(this.#nodes.rows, node * c.COLUMNS, boot);
  }

  /** What is left of it. */
  bootLeft(node: number): Amounts {
    const { rows } = this.#nodes;
    const at = node * c.COLUMNS + c.BOOT;
    return { ops: rows[at] / UNITS.ops, bytes: rows[at + 1] / UNITS.bytes };
  }

  /** Of the last admission: whether it took something of its leaf's. */
  get tookOfBoot(): boolean {
    const { ops, bytes, ownOps, ownBytes } = this.#asked;
    return ownOps < ops || ownBytes < bytes;
  }

  /** What the node's own ceiling leaves it now, operations and bytes; those above may have less. */
  available(node: number, nowUs: number): Amounts {
    const { rows } = this.#nodes;
    const at = node * c.COLUMNS;
    refill(rows, at, nowUs);
    return {
      ops: Math.floor((rows[at + c.CEILING] + rows[at + c.BOOT]) / UNITS.ops),
      bytes: Math.floor((rows[at + c.CEILING + 1] + rows[at + c.BOOT + 1]) / UNITS.bytes),
    };
  }

  /**
   * May the leaf send so much now? 0: yes, and it is charged. Else the microseconds after which asking
   * again makes sense; Infinity: never, it is more than some burst.
   */
  decide(leaf: number, ops: number, bytes: number, nowUs: number): number {
    const asked = this.#ask(leaf, ops, bytes, nowUs);
    const lender = lenderOf(this.#nodes, asked);
    const isBorrower = lender !== leaf;
    const short = highestShort(this.#nodes, asked, isBorrower);
    if (short !== NO_NODE || lender === NO_NODE) {
      const { us, node } = waitOf(this.#nodes, asked);
      return this.#refuse(node, isBorrower ? short : leaf, us, nowUs);
    }
    if (isBorrower) {
      const blocked = this.#loans.whoseTurnItIsNot(leaf, lender, nowUs);
      const inTurn = blocked === NO_NODE;
      if (!inTurn && !isFull(this.#nodes, lender)) {
        const us = this.#serviceUs(lender);
        return this.#refuse(this.#nodes.parents[blocked], NO_NODE, us, nowUs);
      }
      this.#loans.lent(asked, lender, inTurn);
    }
    this.#loans.leave(leaf);
    charge(this.#nodes, asked, lender);
    this.lender = lender;
    return 0;
  }

  #ask(leaf: number, ops: number, bytes: number, nowUs: number): Asked {
    const { rows, parents } = this.#nodes;
    for (let node = leaf; node !== NO_NODE; node = parents[node]) {
      refill(rows, node * c.COLUMNS, nowUs);
    }
    const asked = this.#asked;
    const boot = leaf * c.COLUMNS + c.BOOT;
    asked.leaf = leaf;
    asked.ops = ops * UNITS.ops;
    asked.bytes = bytes * UNITS.bytes;
    asked.ownOps = Math.max(0, asked.ops - rows[boot]);
    asked.ownBytes = Math.max(0, asked.bytes - rows[boot + 1]);
    return asked;
  }

  /** Keeps the place of who waits for a loan from above, as high as `top`; NO_NODE: the root. */
  #refuse(by: number, top: number, us: number, nowUs: number): number {
    this.refusedBy = by;
    const waitUs = Math.max(1, us);
    const untilUs = nowUs + waitUs + Math.max(waitUs, GRACE_US);
    if (waitUs < Infinity) this.#loans.wait(this.#asked.leaf, top, untilUs);
    return waitUs;
  }

  /** How long the lender gathers tokens for what was asked. */
  #serviceUs(lender: number): number {
    const { rows } = this.#nodes;
    const at = lender * c.COLUMNS + c.RATE;
    const { ops, bytes } = this.#asked;
    return Math.max(timeFor(ops, rows[at]), timeFor(bytes, rows[at + 1]));
  }
}

/** Of what nothing is asked, a rate of 0 is enough. */
function timeFor(cost: number, rate: number): number {
  return cost === 0 ? 0 : Math.ceil(cost / rate);
}

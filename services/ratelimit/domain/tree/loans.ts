import { PRIORITIES } from "../amounts.ts";
import { BORROWED, CEILING_RATE, COLUMNS, WAITS_UNTIL_US, WEIGHT } from "./columns.ts";
import { NO_NODE, type NodeTable } from "./node-table.ts";
import type { Asked } from "./path.ts";
import { type Before, WaitingHeap } from "./waiting-heap.ts";

/**
 * Who is lent to next. sch_htb has a queue a class, and serves borrowers by priority, then in deficit
 * round robin. Here nobody queues: who was refused counts as waiting until it should have come back, and
 * others borrow only when it is not its turn: by priority, then by service borrowed over weight, as in
 * start-time fair queueing (Goyal, Vin, Cheng 1996). At every level between the borrower and its lender.
 */
export class Loans {
  readonly #nodes: NodeTable;
  readonly #heaps = new Map<number, WaitingHeap>();
  readonly #before: Before;
  #places = new Int32Array(0);
  /** The service at which each (node, priority) lends: who was idle starts from here. */
  #virtualTimes = new Float64Array(0);

  constructor(nodes: NodeTable) {
    this.#nodes = nodes;
    this.#before = (a, b) => {
      const { priorities, rows } = this.#nodes;
      const byPriority = priorities[a] - priorities[b];
      if (byPriority !== 0) return byPriority;
      return rows[a * COLUMNS + BORROWED] - rows[b * COLUMNS + BORROWED];
    };
  }

  /** Called with every new node. */
  added(node: number): void {
    const capacity = this.#nodes.parents.length;
    if (this.#places.length < capacity) {
      const places = new Int32Array(capacity).fill(NO_NODE);
      places.set(this.#places);
      this.#places = places;
      const times = new Float64Array(capacity * PRIORITIES);
      times.set(this.#virtualTimes);
      this.#virtualTimes = times;
    }
    this.#places[node] = NO_NODE;
    this.#virtualTimes.fill(0, node * PRIORITIES, (node + 1) * PRIORITIES);
  }

  removed(node: number): void {
    this.leave(node);
    this.#heaps.delete(node);
  }

  /** The highest node between `leaf` and `lender` whose parent lends to another first; -1: none. */
  whoseTurnItIsNot(leaf: number, lender: number, nowUs: number): number {
    const { parents, priorities, rows } = this.#nodes;
    let blocked = NO_NODE;
    for (let node = leaf; node !== lender; node = parents[node]) {
      const parent = parents[node];
      const first = this.#first(parent, nowUs);
      if (first === NO_NODE || first === node) continue;
      const byPriority = priorities[node] - priorities[first];
      if (byPriority > 0) blocked = node;
      const isBehind = this.#start(node, parent) > rows[first * COLUMNS + BORROWED];
      if (byPriority === 0 && isBehind) blocked = node;
    }
    return blocked;
  }

  /**
   * It was lent by `lender`; `inTurn` false: only because it would have been lost. At each parent it
   * counts as its share of the parent's ceiling, of the resource of which it is the larger one, as
   * dominant shares are (Ghodsi et al. 2011).
   */
  lent(asked: Asked, lender: number, inTurn: boolean): void {
    const { parents, priorities, rows } = this.#nodes;
    for (let node = asked.leaf; node !== lender; node = parents[node]) {
      const parent = parents[node];
      const start = this.#start(node, parent);
      if (inTurn) this.#virtualTimes[parent * PRIORITIES + priorities[node]] = start;
      const ceiling = parent * COLUMNS + CEILING_RATE;
      const ops = asked.ops / Math.max(1, rows[ceiling]);
      const service = Math.max(ops, asked.bytes / Math.max(1, rows[ceiling + 1]));
      rows[node * COLUMNS + BORROWED] = start + service / rows[node * COLUMNS + WEIGHT];
      if (this.#places[node] !== NO_NODE) this.#heaps.get(parent)?.put(node, this.#places);
    }
  }

  /** `leaf` waits for a loan from below `top`, and comes back before `untilUs`. */
  wait(leaf: number, top: number, untilUs: number): void {
    const { parents, rows } = this.#nodes;
    for (let node = leaf; node !== top && parents[node] !== NO_NODE; node = parents[node]) {
      const at = node * COLUMNS;
      const parent = parents[node];
      if (rows[at + WAITS_UNTIL_US] < untilUs) rows[at + WAITS_UNTIL_US] = untilUs;
      if (this.#places[node] !== NO_NODE) continue;
      rows[at + BORROWED] = this.#start(node, parent);
      this.#heapOf(parent).put(node, this.#places);
    }
  }

  /** `leaf` waits no more; nor do nodes above it below which nobody else waits. */
  leave(leaf: number): void {
    const { parents } = this.#nodes;
    for (let node = leaf; node !== NO_NODE; node = parents[node]) {
      if (this.#places[node] === NO_NODE) return;
      if (node !== leaf && (this.#heaps.get(node)?.size ?? 0) > 0) return;
      this.#heaps.get(parents[node])?.remove(node, this.#places);
    }
  }

  #first(parent: number, nowUs: number): number {
    const heap = this.#heaps.get(parent);
    if (heap === undefined) return NO_NODE;
    const { rows } = this.#nodes;
    while (heap.size > 0 && rows[heap.top * COLUMNS + WAITS_UNTIL_US] < nowUs) {
      heap.remove(heap.top, this.#places);
    }
    return heap.top;
  }

  #start(node: number, parent: number): number {
    const lends = this.#virtualTimes[parent * PRIORITIES + this.#nodes.priorities[node]];
    const own = this.#nodes.rows[node * COLUMNS + BORROWED];
    return own > lends ? own : lends;
  }

  #heapOf(parent: number): WaitingHeap {
    return this.#heaps.getOrInsertComputed(parent, () => new WaitingHeap(this.#before));
  }
}

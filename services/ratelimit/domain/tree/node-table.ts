import type { NodeLimits } from "../amounts.ts";
import { COLUMNS } from "./columns.ts";
import { fillRow, writeLimits } from "./node-rows.ts";

const FIRST_CAPACITY = 64;
export const NO_NODE = -1;

/** The nodes of a tree: a row of doubles each, its parent, its priority. A removed node's place is used again. */
export class NodeTable {
  rows = new Float64Array(FIRST_CAPACITY * COLUMNS);
  parents = new Int32Array(FIRST_CAPACITY).fill(NO_NODE);
  priorities = new Uint8Array(FIRST_CAPACITY);
  /** How many children a node has; -1: no node has this number. */
  children = new Int32Array(FIRST_CAPACITY).fill(NO_NODE);
  readonly #free: number[] = [];
  #used = 0;

  /** Places in use, removed ones among them. */
  get used(): number {
    return this.#used;
  }

  add(parent: number, limits: NodeLimits, nowUs: number, full: boolean): number {
    const node = this.#free.pop() ?? this.#used++;
    if (node >= this.parents.length) this.#grow();
    this.parents[node] = parent;
    this.priorities[node] = limits.priority;
    this.children[node] = 0;
    if (parent !== NO_NODE) this.children[parent]++;
    const at = node * COLUMNS;
    this.rows.fill(0, at, at + COLUMNS);
    this.rows[at] = nowUs;
    writeLimits(this.rows, at, limits);
    fillRow(this.rows, at, full);
    return node;
  }

  remove(node: number): void {
    if (this.children[node] !== 0) throw new RangeError(`node ${node} is gone or has children`);
    const parent = this.parents[node];
    if (parent !== NO_NODE) this.children[parent]--;
    this.children[node] = NO_NODE;
    this.#free.push(node);
  }

  #grow(): void {
    const capacity = this.parents.length * 2;
    this.rows = grown(this.rows, new Float64Array(capacity * COLUMNS));
    this.parents = grown(this.parents, new Int32Array(capacity).fill(NO_NODE));
    this.priorities = grown(this.priorities, new Uint8Array(capacity));
    this.children = grown(this.children, new Int32Array(capacity).fill(NO_NODE));
  }
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

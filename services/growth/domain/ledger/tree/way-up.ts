import {
  COUNTS,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  MAX_HEIGHT,
  MIN_LEVELS,
  NONE,
  PARENT,
  SUMS,
  type TreeMemory,
} from "./tree-memory.ts";

/**
 * Adds users to the summaries of all nodes above their leaves in a tour. It keeps the way up from
 * the last leaf: of users in the order of their leaves most share nearly all of it.
 */
export class WayUp {
  readonly #memory: TreeMemory;
  /** By height, from the node above the leaf on. */
  readonly #nodes = new Uint32Array(MAX_HEIGHT).fill(NONE);
  /** Which child of the one above each is. */
  readonly #slots = new Uint32Array(MAX_HEIGHT);

  constructor(memory: TreeMemory) {
    this.#memory = memory;
  }

  /** A user of a leaf; its level may be the lowest. */
  add(leaf: number, own: number, level: number): void {
    const { innerWords, innerDoubles, height } = this.#memory;
    this.#memory.count++;
    if (height === 0) return;
    const parent = this.#memory.parentOf(0, leaf);
    if (parent !== this.#nodes[0]) this.#begin(parent);
    let slot = this.#memory.slotOf(parent, leaf);
    for (let i = 0; i < height; i++) {
      const node = this.#nodes[i];
      const at = (node << INNER_WORD_SHIFT) + slot;
      innerWords[at + COUNTS]++;
      innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] += own;
      if (level < innerWords[at + MIN_LEVELS]) innerWords[at + MIN_LEVELS] = level;
      slot = this.#slots[i];
    }
  }

  /** Nodes were, or may be, split. */
  reset(): void {
    this.#nodes.fill(NONE);
  }

  /** From a node above a leaf up to one that is on the way already. */
  #begin(first: number): void {
    const memory = this.#memory;
    let node = first;
    for (let i = 0; node !== NONE && node !== this.#nodes[i]; i++) {
      const parent = memory.innerWords[(node << INNER_WORD_SHIFT) + PARENT];
      this.#nodes[i] = node;
      if (parent !== NONE) this.#slots[i] = memory.slotOf(parent, node);
      node = parent;
    }
  }
}

import { loadTour, type Subtrees, type UserFacts } from "./load-tour.ts";
import { CountedTree } from "./tree/counted-tree.ts";
import {
  CHILDREN,
  INNER_WORD_SHIFT,
  LEAF_WORD_SHIFT,
  MIN_LEVELS,
  NONE,
  PARENT,
  PLACE_SHIFT,
  SIZE,
  SLOT_MASK,
  type TreeMemory,
  USERS,
  type UserColumn,
} from "./tree/tree-memory.ts";

/** What a user's referrals came to, over all generations; the user is not among them. */
export interface Subtree {
  readonly users: number;
  /** What they came with, together. */
  readonly revenue: number;
}

/**
 * The forest of referrals as an Euler tour (Tarjan and Vishkin 1985; here each user once, at its first
 * visit): who was brought by a user, directly or not, follows it without a gap. As a referral only
 * adds a leaf, a new user goes right behind its referrer and nothing ever moves. The end of a
 * subtree is the next user that is no deeper, which the tree's lowest levels find.
 *
 * So a chain costs what a bush costs: nothing here walks along referrals.
 */
export class ReferralTour {
  readonly tree: CountedTree;
  readonly #memory: TreeMemory;
  /** By user: how many referrals lead to it; 0 for who came without. */
  readonly #levels: UserColumn;

  constructor(maxUsers: number, leafOf: UserColumn, levels: UserColumn) {
    this.#levels = levels;
    this.tree = new CountedTree(maxUsers, leafOf, levels);
    this.#memory = this.tree.memory;
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  /** What all users came with. */
  get revenue(): number {
    return this.tree.sum;
  }

  /** Fills an empty tour. What was added up is used up by it. */
  load(users: UserFacts, subtrees: Pick<Subtrees, "records">): void {
    loadTour(this.#memory, this.#levels, users, subtrees);
  }

  /** A user who came without a referrer. */
  insertRoot(user: number, revenue: number): void {
    const { lastLeaf } = this.#memory;
    this.#setLevel(user, 0);
    const end = (lastLeaf << PLACE_SHIFT) + this.#memory.leafSize(lastLeaf);
    this.tree.insertAt(end, revenue, user);
  }

  /** A user who was brought by another; returns what that one came with. */
  insertBehind(referrer: number, user: number, revenue: number): number {
    const place = this.tree.placeOf(referrer);
    const own = this.tree.valueAt(place);
    this.#setLevel(user, this.levelOf(referrer) + 1);
    this.tree.insertAt(place + 1, revenue, user);
    return own;
  }

  /** What a user came with. */
  revenueOf(user: number): number {
    return this.tree.valueAt(this.tree.placeOf(user));
  }

  levelOf(user: number): number {
    const { words, stride, column } = this.#levels;
    return words[user * stride + column];
  }

  subtreeOf(user: number): Subtree {
    const tree = this.tree;
    const from = tree.placeOf(user);
    const to = this.#firstBehind(from, this.levelOf(user));
    const users = (to < 0 ? tree.count : tree.countBefore(to)) - tree.countBefore(from) - 1;
    const before = tree.sumBefore(from) + tree.valueAt(from);
    return { users, revenue: (to < 0 ? tree.sum : tree.sumBefore(to)) - before };
  }

  /** Who brought a user; 0: nobody. */
  referrerOf(user: number): number {
    const level = this.levelOf(user);
    if (level === 0) return 0;
    return this.tree.userAt(this.#lastBefore(this.tree.placeOf(user), level - 1));
  }

  #setLevel(user: number, level: number): void {
    const { words, stride, column } = this.#levels;
    words[user * stride + column] = level;
  }

  /** The place of the first user behind `place` that is at this level or higher up; -1: none. */
  #firstBehind(place: number, level: number): number {
    const memory = this.#memory;
    const { innerWords } = memory;
    let node = place >>> PLACE_SHIFT;
    const slot = this.#slotInLeaf(node, (place & SLOT_MASK) + 1, 1, level);
    if (slot >= 0) return (node << PLACE_SHIFT) + slot;
    let parent = memory.leafWords[(node << LEAF_WORD_SHIFT) + PARENT];
    for (let height = 0; parent !== NONE; height++) {
      const base = parent << INNER_WORD_SHIFT;
      const size = innerWords[base + SIZE];
      let at = memory.slotOf(parent, node) + 1;
      while (at < size && innerWords[base + MIN_LEVELS + at] > level) at++;
      if (at < size) return this.#descend(memory.childAt(parent, at), height, level, 1);
      node = parent;
      parent = innerWords[base + PARENT];
    }
    return -1;
  }

  /** The place of the last user before `place` that is at this level or higher up. There is one. */
  #lastBefore(place: number, level: number): number {
    const memory = this.#memory;
    const { innerWords } = memory;
    let node = place >>> PLACE_SHIFT;
    const slot = this.#slotInLeaf(node, (place & SLOT_MASK) - 1, -1, level);
    if (slot >= 0) return (node << PLACE_SHIFT) + slot;
    let parent = memory.leafWords[(node << LEAF_WORD_SHIFT) + PARENT];
    for (let height = 0; parent !== NONE; height++) {
      const base = parent << INNER_WORD_SHIFT;
      let at = memory.slotOf(parent, node) - 1;
      while (at >= 0 && innerWords[base + MIN_LEVELS + at] > level) at--;
      if (at >= 0) return this.#descend(memory.childAt(parent, at), height, level, -1);
      node = parent;
      parent = innerWords[base + PARENT];
    }
    throw new Error("a user below the first level has nobody above it");
  }

  /** The first (step 1) or last (step -1) user at or above the level below a node, which has one. */
  #descend(top: number, height: number, level: number, step: 1 | -1): number {
    const { innerWords } = this.#memory;
    let node = top;
    for (let below = height; below > 0; below--) {
      const base = node << INNER_WORD_SHIFT;
      let at = step === 1 ? 0 : innerWords[base + SIZE] - 1;
      while (innerWords[base + MIN_LEVELS + at] > level) at += step;
      node = innerWords[base + CHILDREN + at];
    }
    const from = step === 1 ? 0 : this.#memory.leafSize(node) - 1;
    return (node << PLACE_SHIFT) + this.#slotInLeaf(node, from, step, level);
  }

  /** The first slot from `from` on whose user is at this level or higher up; -1: none. */
  #slotInLeaf(leaf: number, from: number, step: 1 | -1, level: number): number {
    const { leafWords } = this.#memory;
    const { words, stride, column } = this.#levels;
    const base = leaf << LEAF_WORD_SHIFT;
    const size = leafWords[base + SIZE];
    for (let slot = from; slot >= 0 && slot < size; slot += step) {
      if (words[leafWords[base + USERS + slot] * stride + column] <= level) return slot;
    }
    return -1;
  }
}

import { makeRoom } from "./grow.ts";
import { closeGap, openGap } from "./move-entries.ts";
import { mergeIfSmall } from "./shrink.ts";
import { addCountAbove, addEntryAbove, countBefore, type Levels, sumBefore } from "./summary.ts";
import {
  LEAF_ENTRIES,
  LEAF_WORD_SHIFT,
  NONE,
  PARENT,
  PLACE_SHIFT,
  SLOT_MASK,
  TreeMemory,
  USERS,
  type UserColumn,
  VALUES,
} from "./tree-memory.ts";

/**
 * A counted B+ tree (Knuth TAOCP 6.2.3 on ranks) over typed arrays: a sequence of entries, of which it
 * knows the number and the sum of any stretch. Whether the sequence is in order of keys or that of a
 * tour is its user's affair.
 *
 * A place is leaf * 64 + slot. It holds until the next change of the tree.
 */
export class CountedTree {
  readonly memory: TreeMemory;
  readonly #levels: Levels;

  constructor(maxUsers: number, leafOf: UserColumn, levels?: UserColumn) {
    this.memory = new TreeMemory(maxUsers, leafOf);
    this.#levels = levels;
  }

  get count(): number {
    return this.memory.count;
  }

  /** What all entries add up to, in a tree with levels. */
  get sum(): number {
    return this.memory.sum;
  }

  /** The place of a user that is in the tree. */
  placeOf(user: number): number {
    const { leafWords, leafOf } = this.memory;
    const leaf = leafOf.words[user * leafOf.stride + leafOf.column];
    const first = (leaf << LEAF_WORD_SHIFT) + USERS;
    let at = first;
    while (leafWords[at] !== user) at++;
    return (leaf << PLACE_SHIFT) + at - first;
  }

  valueAt(place: number): number {
    return this.memory.leafDoubles[place + VALUES];
  }

  userAt(place: number): number {
    const leaf = place >>> PLACE_SHIFT;
    return this.memory.leafWords[(leaf << LEAF_WORD_SHIFT) + USERS + (place & SLOT_MASK)];
  }

  /** Inserts so that the entry comes to be at this place, at most a leaf's end, and the rest behind it. */
  insertAt(place: number, value: number, user: number): void {
    const { memory } = this;
    const isFull = memory.leafSize(place >>> PLACE_SHIFT) === LEAF_ENTRIES;
    const slot = place & SLOT_MASK;
    const levels = this.#levels;
    this.#put(isFull ? makeRoom(memory, place >>> PLACE_SHIFT, slot, levels) : place, value, user);
  }

  /**
   * The same in a leaf that has room, when the way down to it is known: `path` has the positions of the
   * counts along it. Of trees without levels.
   */
  insertAlong(place: number, value: number, user: number, path: Uint32Array): void {
    const { memory } = this;
    const { innerWords } = memory;
    for (let i = 0; i < memory.height; i++) innerWords[path[i]]++;
    memory.count++;
    this.#write(place, value, user);
  }

  /** Of trees without levels. */
  removeAt(place: number): void {
    const { memory } = this;
    const leaf = place >>> PLACE_SHIFT;
    addCountAbove(memory, leaf, -1);
    closeGap(memory, leaf, place & SLOT_MASK);
    mergeIfSmall(memory, leaf, this.#levels);
  }

  /** Adds to the value of an entry that stays where it is. Of trees without levels. */
  addAt(place: number, sum: number): void {
    this.memory.leafDoubles[place + VALUES] += sum;
  }

  countBefore(place: number): number {
    return countBefore(this.memory, place);
  }

  /** In a tree with levels. */
  sumBefore(place: number): number {
    return sumBefore(this.memory, place);
  }

  #put(place: number, value: number, user: number): void {
    const { memory } = this;
    const leaf = place >>> PLACE_SHIFT;
    const parent = memory.leafWords[(leaf << LEAF_WORD_SHIFT) + PARENT];
    // A leaf that begins empty has no key yet; it is never the first below its parent.
    if (memory.leafSize(leaf) === 0 && parent !== NONE) {
      memory.setKey(parent, memory.slotOf(parent, leaf), value, user);
    }
    this.#write(place, value, user);
    const levels = this.#levels;
    if (levels === undefined) addCountAbove(memory, leaf, 1);
    else addEntryAbove(memory, leaf, value, levels.words[user * levels.stride + levels.column]);
  }

  #write(place: number, value: number, user: number): void {
    const { memory } = this;
    const leaf = place >>> PLACE_SHIFT;
    const slot = place & SLOT_MASK;
    openGap(memory, leaf, slot);
    memory.leafDoubles[place + VALUES] = value;
    memory.leafWords[(leaf << LEAF_WORD_SHIFT) + USERS + slot] = user;
    const { words, stride, column } = memory.leafOf;
    words[user * stride + column] = leaf;
  }
}

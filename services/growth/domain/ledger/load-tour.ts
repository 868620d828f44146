import { LOADED_ENTRIES, layOutLeaves, raiseInnerNodes } from "./tree/bulk-load.ts";
import {
  LEAF_WORD_SHIFT,
  NONE,
  PLACE_SHIFT,
  type TreeMemory,
  USERS,
  type UserColumn,
  VALUES,
} from "./tree/tree-memory.ts";

/** By user, with user 0 for nobody: what they came with and who brought them. */
export interface UserFacts {
  readonly ownRevenues: Float64Array;
  readonly referrers: Uint32Array;
  readonly count: number;
}

/**
 * A record of 16 bytes a user, so that a look at a referrer is one line of the cache and one page: a double, and
 * two words. That of user 0 stands for the forest.
 */
const RECORD_BYTES = 16;
const DOUBLES = 2;
const WORDS = 4;
/** How many are below the user; once it has its place, its level. */
const BELOW = 2;
/** Where the subtree of the next one whom it brought begins. */
const NEXT_AT = 3;

/** What is below each user, added up; and the users' whole revenues. */
export interface Subtrees {
  /** By user, all it has: own, and of those it brought directly. */
  readonly revenues: Float64Array<ArrayBuffer>;
  readonly records: Uint32Array;
}

/**
 * A referrer has a lower id than whom it brought, so a pass from the last user to the first knows the size of
 * each subtree when it comes to its root: no walk along referrals, however long.
 */
export function addUpSubtrees({ ownRevenues, referrers, count }: UserFacts): Subtrees {
  const memory = new ArrayBuffer((count + 1) * RECORD_BYTES);
  const brought = new Float64Array(memory);
  const records = new Uint32Array(memory);
  const revenues = new Float64Array(count + 1);
  for (let user = count; user > 0; user--) {
    const referrer = referrers[user];
    const own = ownRevenues[user];
    revenues[user] = own + brought[user * DOUBLES];
    brought[referrer * DOUBLES] += own;
    records[referrer * WORDS + BELOW] += records[user * WORDS + BELOW] + 1;
  }
  return { revenues, records };
}

/**
 * Fills an empty tour, and uses up the records. A pass from the first user to the last knows where each subtree
 * begins when it comes to its root, and writes the user there at once: that, and the look at its referrer, is all
 * that goes anywhere in memory.
 */
export function loadTour(
  memory: TreeMemory,
  levels: UserColumn,
  { ownRevenues, referrers, count }: UserFacts,
  { records }: Pick<Subtrees, "records">,
): void {
  const { leafWords, leafDoubles, leafOf } = memory;
  const leaves = layOutLeaves(memory, count);
  const minLevels = new Uint32Array(leaves).fill(NONE);
  // One less than the level of those whom nobody brought.
  records[BELOW] = NONE;
  for (let user = 1; user <= count; user++) {
    const referrer = referrers[user] * WORDS;
    const record = user * WORDS;
    const at = records[referrer + NEXT_AT];
    const level = (records[referrer + BELOW] + 1) >>> 0;
    records[referrer + NEXT_AT] = at + records[record + BELOW] + 1;
    records[record + NEXT_AT] = at + 1;
    records[record + BELOW] = level;
    const leaf = Math.floor(at / LOADED_ENTRIES);
    const slot = at - leaf * LOADED_ENTRIES;
    leafWords[(leaf << LEAF_WORD_SHIFT) + USERS + slot] = user;
    leafDoubles[(leaf << PLACE_SHIFT) + VALUES + slot] = ownRevenues[user];
    leafOf.words[user * leafOf.stride + leafOf.column] = leaf;
    levels.words[user * levels.stride + levels.column] = level;
    if (level < minLevels[leaf]) minLevels[leaf] = level;
  }
  raiseInnerNodes(memory, leaves, minLevels);
}

import { layOutLeaves, loadedEntries, raiseInnerNodes } from "./tree/bulk-load.ts";
import { fetchUsersAt } from "./tree/fetch.ts";
import { NONE, PLACE_SHIFT, type TreeMemory, USERS } from "./tree/tree-memory.ts";
import {
  DOUBLES,
  LEAF,
  LEVEL,
  OWN,
  REVENUE,
  type UserRecords,
  WORDS,
} from "./tree/user-records.ts";

/** By user, with user 0 for nobody: what they came with and who brought them. */
export interface UserFacts {
  readonly ownRevenues: Float64Array;
  readonly referrers: Uint32Array;
  readonly count: number;
}

/** What so many users need is fetched at once. */
const AHEAD = 64;
/** Until a user has its place: how many are below it. */
const BELOW = LEAF;
/** Until all have their places: where the subtree of the next one whom the user brought begins. */
const NEXT_AT = OWN;

/**
 * Sets the users' revenues, and notes in their records, which must be empty, how many are below
 * each, for `loadTour`. Returns the revenues by user.
 *
 * A referrer has a lower id than whom it brought, so a pass from the last user to the first knows
 * the size of each subtree when it comes to its root: no walk along referrals, however long.
 */
export function addUpSubtrees(
  records: UserRecords,
  { ownRevenues, referrers, count }: UserFacts,
): Float64Array<ArrayBuffer> {
  const { doubles, words } = records;
  const revenues = new Float64Array(count + 1);
  for (let user = count; user > 0; user--) {
    if (user % AHEAD === 0) records.fetch(referrers, user - AHEAD + 1, user + 1);
    const referrer = referrers[user];
    const own = ownRevenues[user];
    revenues[user] = doubles[user * DOUBLES + REVENUE] + own;
    doubles[user * DOUBLES + REVENUE] = revenues[user];
    doubles[referrer * DOUBLES + REVENUE] += own;
    words[referrer * WORDS + BELOW] += words[user * WORDS + BELOW] + 1;
  }
  return revenues;
}

/**
 * Fills an empty tour, and the users' records, in which their subtrees are added up. A pass from
 * the first user to the last knows where each subtree begins when it comes to its root, and writes
 * the user there at once: that, and the look at its referrer, is all that goes anywhere in memory.
 */
export function loadTour(memory: TreeMemory, users: UserFacts): void {
  const { ownRevenues, referrers, count } = users;
  const { leafWords, records } = memory;
  const { doubles, words } = records;
  const loaded = loadedEntries(memory);
  const leaves = layOutLeaves(memory, count);
  const minLevels = new Uint32Array(leaves).fill(NONE);
  const sums = new Float64Array(leaves);
  // One less than the level of those whom nobody brought.
  words[LEVEL] = NONE;
  const places = new Uint32Array(AHEAD);
  for (let from = 1; from <= count; from += AHEAD) {
    const end = Math.min(from + AHEAD, count + 1);
    records.fetch(referrers, from, end);
    for (let user = from; user < end; user++) {
      const referrer = referrers[user];
      const at = doubles[referrer * DOUBLES + NEXT_AT];
      doubles[referrer * DOUBLES + NEXT_AT] = at + words[user * WORDS + BELOW] + 1;
      const leaf = Math.floor(at / loaded);
      doubles[user * DOUBLES + NEXT_AT] = at + 1;
      words[user * WORDS + LEAF] = leaf;
      words[user * WORDS + LEVEL] = (words[referrer * WORDS + LEVEL] + 1) >>> 0;
      places[user - from] = (leaf << PLACE_SHIFT) + at - leaf * loaded;
    }
    fetchUsersAt(memory, places, end - from);
    for (let user = from; user < end; user++) {
      const place = places[user - from];
      const leaf = place >>> PLACE_SHIFT;
      const level = words[user * WORDS + LEVEL];
      leafWords[place + USERS] = user;
      sums[leaf] += ownRevenues[user];
      if (level < minLevels[leaf]) minLevels[leaf] = level;
    }
  }
  for (let user = 1; user <= count; user++) doubles[user * DOUBLES + OWN] = ownRevenues[user];
  raiseInnerNodes(memory, leaves, { minLevels, sums });
}

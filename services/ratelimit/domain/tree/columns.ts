/**
 * A node's state and limits are one row of doubles. Pairs are operations, then bytes, in units.
 * Column 0 is when its buckets were last filled, microseconds. The first 10 change with every decision and lie together: one or two lines of the cache a node.
 */
/** Of the assured rate. Below zero when children used what was theirs beyond what this node had. */
export const TOKENS = 1;
/** Of the ceiling. Never below zero. */
export const CEILING = 3;
export const BOOT = 5;
/** Service borrowed so far, over the weight: who has the least is lent to next. */
export const BORROWED = 7;
/** Until when it counts as waiting for its parent's loan. */
export const WAITS_UNTIL_US = 8;

export const RATE = 9;
export const CEILING_RATE = 11;
/** How much TOKENS holds: the burst, or nothing without an assured rate. */
export const DEPTH = 13;
export const BURST = 15;
/** How far TOKENS may fall. */
export const DEBT = 17;
/** Its part of its parent's loans, among siblings of one priority. */
export const WEIGHT = 19;
export const COLUMNS = 20;

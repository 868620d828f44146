import { DELIVERY_COSTS } from "../../services/model/pulled/cheaper-pulled.ts";

/**
 * What the parts of a delivery cost, microseconds of server CPU, measured on this mesh's embedded engines
 * (docs/benchmarks.md). What all strategies pay alike (creating a post, reading its text) is left out.
 */
export const UNIT_COSTS = {
  /** A GetTimeline call with a page of 20 out of a ring; of that 69 are the call's own. */
  ringPageUs: 77,
  callUs: 69,
  /** Friends read and pieces cut, a delivery. */
  fanoutUs: 0.716,
  /** An entry appended, by viewers a post and call: scattered over many owners it costs more. */
  appendUs: [
    { viewers: 4, us: 6.6 },
    { viewers: 10, us: 2.35 },
    { viewers: 50, us: 0.89 },
    { viewers: 200, us: 0.43 },
  ],
  /** A page of 20 from the index of 60M posts: 33, 76, 263, 1320 for 50, 200, 1,000, 5,000 friends. */
  indexPageUs: { base: 20, aFriend: DELIVERY_COSTS.friendOfPageUs },
  /** A post read from the log and put into the index of one owner. */
  followUs: 0.63,
  /** A call from one server to another, both ends: the raw protocol without a framework. */
  innerCallUs: 30,
  /** The newest posts of one author, from their store. */
  authorReadUs: 10,
} as const;

export const UNIT_BYTES = { entry: 16, indexedPost: 14, timeline: 64, friend: 9 } as const;

/** An entry appended, when each call brings so many viewers a post. */
export function appendUs(viewers: number): number {
  const table = UNIT_COSTS.appendUs;
  const above = table.findIndex((row) => row.viewers >= viewers);
  if (above === 0) return (table[0].us * table[0].viewers) / Math.max(1, viewers);
  if (above < 0) return table[table.length - 1].us;
  const [low, high] = [table[above - 1], table[above]];
  const share = Math.log(viewers / low.viewers) / Math.log(high.viewers / low.viewers);
  return low.us * (high.us / low.us) ** share;
}

export function indexPageUs(friends: number): number {
  const { base, aFriend } = UNIT_COSTS.indexPageUs;
  return base + aFriend * friends;
}

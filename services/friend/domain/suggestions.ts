import { trustedUserId, type UserId } from "../../model/ids.ts";
import { idAt } from "../../model/wire/id-pairs.ts";
import { type Neighbours, readLists } from "./friends-of-friends.ts";
import { IdCounts } from "./id-counts.ts";
import { IdSet } from "./id-set.ts";

export interface SuggestionsQuery {
  readonly user: UserId;
  /** At most so many people. */
  readonly limit: number;
  /** Friends whose lists are read, at most: with more of them nobody is named. */
  readonly maxVisited: number;
  /** People of whom common friends are counted, at most. */
  readonly maxCounted: number;
}

export interface Suggestion {
  readonly person: UserId;
  readonly commonFriends: number;
}

export interface Suggestions {
  /** Those with the most common friends first; among equals the lowest id. */
  readonly people: readonly Suggestion[];
  /** There are more, or there were too many to count them all. */
  readonly truncated: boolean;
}

/** The friends of friends who are no friends yet, by how many friends are common. */
export async function suggest(
  { user, limit, maxVisited, maxCounted }: SuggestionsQuery,
  neighbours: Neighbours,
): Promise<Suggestions> {
  const nearer = new IdSet();
  nearer.add(Number(user & 0xffff_ffffn), Number(user >> 32n));
  const friends: UserId[] = [];
  for await (const list of readLists([user], neighbours)) {
    if (list === undefined || list.length / 2 > maxVisited) return { people: [], truncated: true };
    for (let i = 0; i < list.length; i += 2) {
      nearer.add(list[i], list[i + 1]);
      friends.push(trustedUserId(idAt(list, i / 2)));
    }
  }
  const counts = new IdCounts();
  let isCounted = true;
  for await (const list of readLists(friends, neighbours)) {
    if (list === undefined) {
      isCounted = false;
      continue;
    }
    for (let i = 0; i < list.length; i += 2) {
      if (nearer.has(list[i], list[i + 1])) continue;
      if (!counts.add(list[i], list[i + 1], maxCounted)) isCounted = false;
    }
  }
  return { people: most(counts, limit), truncated: !isCounted || counts.size > limit };
}

/** The `limit` with the highest counts: only those are sorted, however many there are. */
function most(counts: IdCounts, limit: number): Suggestion[] {
  const byCount: number[] = [];
  counts.each((_low, _high, count) => {
    byCount[count] = (byCount[count] ?? 0) + 1;
  });
  let least = byCount.length;
  let above = 0;
  while (least > 1 && above < limit) above += byCount[--least] ?? 0;
  const chosen: Suggestion[] = [];
  counts.each((low, high, count) => {
    if (count >= least)
      chosen.push({ person: trustedUserId(joinHalves(high, low)), commonFriends: count });
  });
  chosen.sort((a, b) => b.commonFriends - a.commonFriends || (a.person < b.person ? -1 : 1));
  return chosen.slice(0, limit);
}

function joinHalves(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

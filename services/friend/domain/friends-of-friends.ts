import { trustedUserId, type UserId } from "../../model/ids.ts";
import { idAt } from "../../model/wire/id-pairs.ts";
import { IdSet } from "./id-set.ts";
import { NO_IDS } from "./sorted-ids.ts";

/**
 * The friends of each of these people as pairs of halves, in this order; maybe of the first few only,
 * but never of none. Undefined: too many to be read.
 */
export type Neighbours = (
  people: readonly UserId[],
) => Promise<readonly (Uint32Array | undefined)[]>;

export interface FriendsOfFriendsQuery {
  readonly user: UserId;
  /** The distance asked for, 2 or more. */
  readonly degree: number;
  /** At most so many people. */
  readonly limit: number;
  /** At most so many people nearer than the answer: it is their lists that are read. */
  readonly maxVisited: number;
}

/** `truncated`, on the last page: there may be more people at this distance. */
export interface PeoplePage {
  readonly ids: Uint32Array;
  readonly truncated: boolean;
}

const PEOPLE_PER_READ = 64;
const PEOPLE_PER_PAGE = 5_000;

/**
 * Breadth-first search: the people at exactly this distance, each once. Always ends with a last page.
 * A level that passes `maxVisited` ends the search without people, because whoever stands behind an
 * incomplete level may well be nearer.
 */
export async function* friendsOfFriends(
  query: FriendsOfFriendsQuery,
  neighbours: Neighbours,
): AsyncGenerator<PeoplePage, void, undefined> {
  const seen = new IdSet();
  seen.add(Number(query.user & 0xffff_ffffn), Number(query.user >> 32n));
  let level: readonly UserId[] = [query.user];
  for (let distance = 1; distance < query.degree; distance++) {
    const next = await nextLevel(level, seen, query.maxVisited, neighbours);
    if (next === undefined) return yield { ids: NO_IDS, truncated: true };
    level = next;
  }
  yield* lastLevel(level, seen, query.limit, neighbours);
}

/** Everyone one step further who was not seen yet; undefined when they, or one's friends, are too many. */
async function nextLevel(
  level: readonly UserId[],
  seen: IdSet,
  maxVisited: number,
  neighbours: Neighbours,
): Promise<readonly UserId[] | undefined> {
  const next: UserId[] = [];
  for await (const list of readLists(level, neighbours)) {
    if (list === undefined) return undefined;
    for (let i = 0; i < list.length; i += 2) {
      if (!seen.add(list[i], list[i + 1])) continue;
      if (seen.size > maxVisited) return undefined;
      next.push(trustedUserId(idAt(list, i / 2)));
    }
  }
  return next;
}

/** Pages of whoever was not seen yet, until one more than `limit` was found. */
async function* lastLevel(
  level: readonly UserId[],
  seen: IdSet,
  limit: number,
  neighbours: Neighbours,
): AsyncGenerator<PeoplePage, void, undefined> {
  let page = new Uint32Array(2 * Math.min(limit, PEOPLE_PER_PAGE));
  let filled = 0;
  let found = 0;
  let truncated = false;
  for await (const list of readLists(level, neighbours)) {
    truncated ||= list === undefined;
    if (list === undefined) continue;
    for (let i = 0; i < list.length; i += 2) {
      if (!seen.add(list[i], list[i + 1])) continue;
      if (found === limit) return yield { ids: page.subarray(0, filled), truncated: true };
      if (filled === page.length) {
        yield { ids: page, truncated: false };
        page = new Uint32Array(page.length);
        filled = 0;
      }
      page[filled++] = list[i];
      page[filled++] = list[i + 1];
      found++;
    }
  }
  yield { ids: page.subarray(0, filled), truncated };
}

/** The lists of these people, in their order. */
export async function* readLists(
  people: readonly UserId[],
  neighbours: Neighbours,
): AsyncGenerator<Uint32Array | undefined, void, undefined> {
  for (let read = 0; read < people.length; ) {
    const lists = await neighbours(people.slice(read, read + PEOPLE_PER_READ));
    yield* lists;
    read += lists.length;
  }
}

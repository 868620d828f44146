import type { UserId } from "../../model/ids.ts";
import {
  MAX_BLOCKS_PER_USER,
  MAX_FRIENDS_PER_USER,
  MAX_OPEN_FRIEND_REQUESTS,
} from "../../model/limits.ts";
import type { Standing } from "./standing.ts";

/** The lists that have a bound. */
export type BoundedList = "friends" | "requests-out" | "blocks";

/** Entries of one person's list at most. */
export type ListLimits = Readonly<Record<BoundedList, number>>;

export const LIST_LIMITS: ListLimits = {
  friends: MAX_FRIENDS_PER_USER,
  "requests-out": MAX_OPEN_FRIEND_REQUESTS,
  blocks: MAX_BLOCKS_PER_USER,
};

/** A list that an act makes longer by one. */
export interface Growth {
  readonly list: BoundedList;
  readonly user: UserId;
}

/** The bounded lists, of both people, that grow between two standings of `user`. */
export function growths(
  { user, other }: { readonly user: UserId; readonly other: UserId },
  before: Standing,
  then: Standing,
): readonly Growth[] {
  const grown: Growth[] = [];
  if (!before.areFriends && then.areFriends) {
    grown.push({ list: "friends", user }, { list: "friends", user: other });
  }
  if (before.mine.requestedAtMs === 0 && then.mine.requestedAtMs > 0) {
    grown.push({ list: "requests-out", user });
  }
  if (before.mine.blockedAtMs === 0 && then.mine.blockedAtMs > 0) {
    grown.push({ list: "blocks", user });
  }
  return grown;
}

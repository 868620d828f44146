import type { FriendSet } from "./friend-set.ts";

/**
 * Whoever has very many friends is pull-only (rule 6.8): a ring would turn over before they look at it
 * again. To the store they are inactive, and stay so: appends to them are dropped, nothing is filled.
 */
export function isPullOnly(friends: FriendSet | undefined, maxKeptFriends: number): boolean {
  return friends !== undefined && friends.size > maxKeptFriends;
}

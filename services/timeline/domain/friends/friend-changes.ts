import type { UserId } from "../../../model/ids.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import { type FillDeps, FillFailed } from "../fill/fill.ts";
import type { Fills } from "../fill/fills.ts";
import { mend } from "../fill/mend.ts";
import { FollowBehind } from "./follow-behind.ts";
import type { FriendSets } from "./friend-sets.ts";
import { isPullOnly } from "./pull-only.ts";

/**
 * Follows changes behind the answer to whoever told of them, and those that a list of friends tells of: an owner that
 * was told, or could not be, may have died before the new friends' posts were in the ring.
 */
export function followingBehind(deps: FillDeps, fills: Fills, log: Logger): FollowBehind {
  const { store, friendSets, clock } = deps;
  const behind = new FollowBehind({
    follow: (viewer, others) => followFriendChanges(deps, fills, viewer, others),
    mark: (viewer, others) => void friendSets.arriving.begin(viewer, others),
    ...{ clock, log, stopping: fills.stopping },
  });
  friendSets.onArrived = (viewer, friends) => {
    // A fill reads friends, and then their posts: it lacks none of them.
    if (store.state(viewer).kind === "complete") behind.found(viewer, friends);
  };
  return behind;
}

/** What becomes of changes of which this owner could not be told in time. */
export function onUntold(
  friendSets: FriendSets,
  behind: FollowBehind,
  isOwned: (viewer: UserId) => boolean,
): (viewer: UserId, other: UserId) => void {
  return (viewer, other) => {
    if (!isOwned(viewer)) return;
    friendSets.doubt(viewer, [other]);
    behind.found(viewer, [other]);
  };
}

/**
 * Follows hints that edges of a viewer may have changed (rule 5.5): reads the edges, mends the friend
 * set, brings the posts of who is a friend now, and marks what they deleted meanwhile. What followed is durable when it
 * resolves; until then pages have the posts of new friends from the index.
 */
export async function followFriendChanges(
  deps: FillDeps,
  fills: Fills,
  viewer: UserId,
  others: readonly UserId[],
): Promise<void> {
  const arrived = deps.friendSets.arriving.begin(viewer, others);
  await bringFriends(deps, fills, viewer, others);
  arrived();
}

async function bringFriends(
  deps: FillDeps,
  fills: Fills,
  viewer: UserId,
  others: readonly UserId[],
): Promise<void> {
  const { store, friendSets } = deps;
  if (store.state(viewer).kind === "inactive") {
    // A set that outlived its timeline hears of no more changes; the next fill reads it anew. Those of
    // whom nothing is kept have a set and no timeline.
    if (friendSets.isHeld(viewer)) await friendSets.refresh(viewer, others);
    return;
  }
  const friends = await friendSets.refresh(viewer, others);
  if (isPullOnly(friendSets.peek(viewer), deps.maxKeptFriends) && deps.recent) {
    await fills.lapse([viewer]);
    return;
  }
  if (friends.length === 0) return;
  const job = fills.current(viewer);
  // A fill in hand brings their posts before it completes. If it fails, the next one starts from the
  // graph again: durable either way.
  if (job?.fill.adopt(friends)) return;
  await job?.outcome;
  try {
    await mend(deps, viewer, friends);
  } catch (error) {
    throw error instanceof FillFailed ? error.cause : error;
  }
}

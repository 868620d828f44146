import type { UserId } from "../../../model/ids.ts";
import { type FillDeps, FillFailed } from "../fill/fill.ts";
import type { Fills } from "../fill/fills.ts";
import { mend } from "../fill/mend.ts";
import { isPullOnly } from "./pull-only.ts";

/**
 * Follows hints that edges of a viewer may have changed (rule 5.5): reads the edges, mends the friend
 * set, brings the posts of who is a friend now, and marks what they deleted meanwhile. What followed is durable when it resolves.
 */
export async function followFriendChanges(
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

import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { settleWithin } from "../../../platform/concurrency/settle-within.ts";
import type { FriendSource } from "../../ports.ts";
import { FriendSet } from "../friends/friend-set.ts";
import type { Readiness } from "./readiness.ts";

export interface ForeignDeps {
  readonly friends: Pick<FriendSource, "list">;
  readonly clock: Clock;
  readonly waitMs: number;
}

/**
 * A page of somebody else's viewer, while nothing need be kept of anybody: the index is everyone's, and the
 * friends are read for this page, for no event of theirs comes here.
 */
export async function prepareForeign(
  { friends, clock, waitMs }: ForeignDeps,
  viewer: UserId,
): Promise<Readiness> {
  const read = await settleWithin(friends.list(viewer), waitMs, clock);
  const ready = { isStoreDown: false, isForeign: true } as const;
  if (read.kind === "done")
    return { ...ready, friends: new FriendSet(read.value.friends), degraded: [] };
  const degraded = [DegradedReason.FRIENDS_UNAVAILABLE];
  return { ...ready, friends: undefined, degraded };
}

import type {
  NotifyFriendChangesRequest,
  NotifyFriendChangesResponse,
} from "#gen/timeline/v1/timeline.ts";
import { isUserId, type UserId } from "../../model/ids.ts";
import { MAX_FRIEND_CHANGES } from "../../model/limits.ts";
import { inParallel } from "../../platform/concurrency/in-parallel.ts";
import { invalidArgument, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { FillDeps } from "../domain/fill/fill.ts";
import type { Fills } from "../domain/fill/fills.ts";
import type { FollowBehind } from "../domain/friends/follow-behind.ts";
import { followFriendChanges } from "../domain/friends/friend-changes.ts";
import type { Ownership } from "../ports.ts";
import { movedMeanwhile } from "./append-entries.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface NotifyFriendChangesDeps extends FillDeps {
  readonly ownership: Ownership;
  readonly fills: Fills;
  readonly behind: FollowBehind;
}

/** Viewers of one call that are worked on at a time. */
const PARALLEL_VIEWERS = 16;

export function notifyFriendChanges(deps: NotifyFriendChangesDeps) {
  const { ownership, fills, behind } = deps;
  const follow = (viewer: UserId, others: readonly UserId[]) =>
    followFriendChanges(deps, fills, viewer, others);
  return async (request: NotifyFriendChangesRequest): Promise<NotifyFriendChangesResponse> => {
    const friendsByViewer = groupByViewer(request, ownership);
    if (request.answerAtOnce) {
      if (behind.begin(friendsByViewer)) return {};
      throw unavailable("too many friend changes are being followed; an event will tell");
    }
    const term = ownership.term();
    await inParallel(PARALLEL_VIEWERS, [...friendsByViewer], ([viewer, others]) =>
      follow(viewer, [...others]).catch((error: unknown) => {
        behind.again(viewer, others);
        throw error;
      }),
    );
    if (ownership.term() !== term) throw movedMeanwhile();
    return {};
  };
}

type FriendsByViewer = ReadonlyMap<UserId, ReadonlySet<UserId>>;

function groupByViewer(
  { changes }: NotifyFriendChangesRequest,
  ownership: Ownership,
): FriendsByViewer {
  if (changes.length > MAX_FRIEND_CHANGES) {
    const remedy = `at most ${MAX_FRIEND_CHANGES}; send several requests`;
    throw invalidArgument("changes", `has ${changes.length} items`, remedy);
  }
  const friendsByViewer = new Map<UserId, Set<UserId>>();
  changes.forEach(({ viewerId, friendId }, i) => {
    const viewer = ownedViewer(ownership, viewerId, `changes[${i}].viewer_id`);
    if (!isUserId(friendId)) {
      throw invalidArgument(`changes[${i}].friend_id`, `is ${friendId}`, "an id is 1 to 2^63-1");
    }
    friendsByViewer.getOrInsertComputed(viewer, () => new Set()).add(friendId);
  });
  return friendsByViewer;
}

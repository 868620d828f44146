import type { UserId } from "../../../services/model/ids.ts";
import { pairsOf } from "../../../services/model/wire/id-pairs.ts";
import type { FollowBehind } from "../../../services/timeline/domain/friends/follow-behind.ts";
import { onUntold } from "../../../services/timeline/domain/friends/friend-changes.ts";
import type { FriendSets } from "../../../services/timeline/domain/friends/friend-sets.ts";
import { UntoldPolls } from "../../../services/timeline/domain/friends/untold-polls.ts";
import { isOwned } from "../../../services/timeline/handlers/owned-viewer.ts";
import type { FriendSource, Ownership } from "../../../services/timeline/ports.ts";
import type { Environment } from "./environment.ts";
import type { ModelFriends } from "./model/model-friends.ts";
import type { Life } from "./network.ts";

/** The friend service over the wire of one life of a timeline process. */
export function friendsOver(env: Environment, friends: ModelFriends, life: Life): FriendSource {
  const { network, variant } = env;
  const source: FriendSource = {
    list: (viewer) =>
      network.call(life, friends.life, () => ({
        friends: pairsOf(friends.friendsOf(viewer)),
        changed: friends.changedLately(viewer),
      })),
    check: (viewer, others) =>
      network.call(life, friends.life, () => others.map((id) => friends.areFriends(viewer, id))),
    untold: (sinceMs) => network.call(life, friends.life, () => friends.untoldSince(sinceMs)),
  };
  return variant.friends?.(source) ?? source;
}

interface Hearing {
  readonly friendSets: FriendSets;
  readonly behind: FollowBehind;
  readonly ownership: Ownership;
}

/** Asks what no owner was told. */
export function hearUntold(
  env: Environment,
  friends: FriendSource,
  { friendSets, behind, ownership }: Hearing,
): Pick<UntoldPolls, "isUnheard" | "close"> {
  const polls = new UntoldPolls({
    ...{ friends, clock: env.clock },
    onUntold: onUntold(friendSets, behind, (viewer: UserId) => isOwned(ownership, viewer)),
    onGap: () => friendSets.distrustAll(),
    onFailure: () => env.note("an owner cannot ask what it was not told"),
  });
  polls.start();
  return env.variant.hearing?.(polls) ?? polls;
}

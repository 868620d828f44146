import { GAUGES } from "../model/metrics.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import type { Told } from "./create-parts.ts";
import type { FollowBehind } from "./domain/friends/follow-behind.ts";
import { onUntold } from "./domain/friends/friend-changes.ts";
import type { FriendSets } from "./domain/friends/friend-sets.ts";
import { UntoldPolls } from "./domain/friends/untold-polls.ts";
import { isOwned } from "./handlers/owned-viewer.ts";
import type { FriendSource, Ownership } from "./ports.ts";

interface HeardOf extends Told {
  readonly friends: Pick<FriendSource, "untold">;
  readonly friendSets: FriendSets;
  readonly behind: FollowBehind;
  readonly ownership: Ownership;
  readonly log: Logger;
}

/** Asks which friend changes owners were not told of. */
export function startUntold(deps: HeardOf): UntoldPolls {
  const { friends, friendSets, behind, ownership, clock, metrics, log } = deps;
  const polls = new UntoldPolls({
    ...{ friends, clock },
    onUntold: onUntold(friendSets, behind, (viewer) => isOwned(ownership, viewer)),
    onGap: () => friendSets.distrustAll(),
    onFailure: (err) => log.debug({ err }, "the friend service did not say what it told nobody"),
  });
  metrics.gauge(GAUGES.friendsUnheardSeconds, () => polls.unheardMs / 1_000);
  polls.start();
  return polls;
}

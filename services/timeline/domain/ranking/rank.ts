import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { settleWithin } from "../../../platform/concurrency/settle-within.ts";
import type { RankCandidate, Ranker } from "../../ports.ts";
import type { FrozenOrder } from "../cursor/ranked-cursor.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { FriendSets } from "../friends/friend-sets.ts";
import { postIdOfHalves, userIdOfHalves } from "../halves.ts";
import type { VisibleWindow } from "../page/visible-window.ts";
import { checkedOrder } from "./checked-order.ts";

export interface RankDeps {
  readonly ranker: Ranker;
  readonly friendSets: FriendSets;
  readonly clock: Clock;
  /** A page waits no longer for its order. */
  readonly rankTimeoutMs: number;
}

export interface RankedOrder {
  readonly order: FrozenOrder;
  readonly reasons: ReadonlyMap<bigint, readonly string[]>;
}

/** Asks for the order of these entries; undefined when it is late, absent, or not an order of them. */
export async function rank(
  deps: RankDeps,
  viewer: UserId,
  friends: FriendSet | undefined,
  visible: VisibleWindow,
): Promise<RankedOrder | undefined> {
  const { clock } = deps;
  const nowMs = clock.nowMs();
  const candidates = candidatesOf(deps.friendSets, friends, visible, nowMs);
  const asked = candidates.map(({ postId }) => postId);
  const answer = deps.ranker.rank(viewer, nowMs, candidates);
  const settled = await settleWithin(answer, deps.rankTimeoutMs, clock);
  if (settled.kind !== "done") return undefined;
  const ids = checkedOrder(asked, settled.value);
  if (!ids) return undefined;
  const reasons = new Map(settled.value.map((item) => [item.postId, item.reasons]));
  return { order: { ids, lowest: asked[asked.length - 1] }, reasons };
}

/** Newest first, with what this process happens to know of each author. */
function candidatesOf(
  friendSets: FriendSets,
  friends: FriendSet | undefined,
  visible: VisibleWindow,
  nowMs: number,
): RankCandidate[] {
  const known = new Map<bigint, { commonFriendCount: number; recentReads: number }>();
  return Array.from({ length: visible.count }, (_, i) => {
    const authorId = userIdOfHalves(visible.authorHigh[i], visible.authorLow[i]);
    const postId = postIdOfHalves(visible.postHigh[i], visible.postLow[i]);
    const features = known.getOrInsertComputed(authorId, () => {
      const theirs = friendSets.peek(authorId);
      return {
        commonFriendCount: friends && theirs ? friends.commonWith(theirs) : 0,
        recentReads: friends?.reads.of(visible.friendPlace[i], nowMs) ?? 0,
      };
    });
    return { postId, authorId, ...features };
  });
}

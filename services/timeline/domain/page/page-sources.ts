import { postIdOf } from "../../../model/ids.ts";
import { MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES } from "../../../model/limits.ts";
import { PulledTable } from "../../../model/pulled/pulled-table.ts";
import type { EntryStore, PulledIntervals } from "../../ports.ts";
import type { ArrivingFriends } from "../friends/arriving-friends.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { isPullOnly } from "../friends/pull-only.ts";
import type { RecentPosts } from "../recent/recent-posts.ts";
import { FillingSource } from "./filling-source.ts";
import { IndexSource, NO_INDEX } from "./index-source.ts";
import { PulledSource } from "./pulled/pulled-source.ts";
import { RingSource } from "./ring-source.ts";
import type { PageSources, SlowPageSource } from "./source.ts";

type Store = Pick<EntryStore, "state" | "read">;

interface PageParts {
  readonly intervals: PulledIntervals;
  readonly arriving?: Pick<ArrivingFriends, "of"> | undefined;
  readonly recent?: RecentPosts | undefined;
  readonly slow?: SlowPageSource | undefined;
  /** Of who has more friends nothing is kept. */
  readonly maxKeptFriends: number;
}

/**
 * The ring down to its floor, with what was pulled, and below it the recent index, if there is one; while
 * a timeline is being filled, the index alone, with what the ring has got. Of whom nothing is kept, for
 * everybody is pulled or they have too many friends, the index is all there is. What is older comes from
 * the slow source.
 */
export function pageSources(
  store: Store,
  { intervals, arriving, recent, slow, maxKeptFriends }: PageParts,
): PageSources {
  const ring = new RingSource(store);
  const capacity = Math.max(MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES);
  const index = recent ? new IndexSource(recent, capacity) : NO_INDEX;
  const alone = recent ? [new IndexSource(recent, capacity, true)] : [NO_INDEX];
  const merged = new PulledSource({ store, ring, index, intervals, arriving, capacity });
  const isUsable = () => recent?.isUsable === true;
  const isUnkept = (friends?: FriendSet) =>
    isUsable() && (intervals.table.isEveryonePulled || isPullOnly(friends, maxKeptFriends));
  const complete = recent ? [merged, index] : [merged];
  const filling = recent ? [new FillingSource(ring, index, capacity)] : [merged];
  return {
    inMemory: (viewer, friends) => {
      const { kind } = store.state(viewer);
      if (kind === "complete") return complete;
      return kind === "inactive" && isUnkept(friends) ? alone : filling;
    },
    needsFill: () => !isUsable(),
    isUnkept,
    isPulledKnown: () => intervals.table !== PulledTable.UNREAD,
    pulledKnown: (ms) => intervals.through(postIdOf(1n), ms),
    caughtUp: (sinceMs) => recent?.caughtUp(sinceMs),
    unkept: alone,
    incarnation: recent?.incarnation ?? 0,
    through: async () => recent?.through(),
    whole: async () => recent?.whole(),
    slow,
  };
}

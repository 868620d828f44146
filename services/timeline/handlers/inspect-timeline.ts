import {
  EntrySource,
  GetTimelineResponse,
  type InspectedEntry,
  type InspectTimelineRequest,
  type InspectTimelineResponse,
  TimelineOrder,
  TimelineState,
} from "#gen/timeline/v1/timeline.ts";
import { postTimeMs, type UserId } from "../../model/ids.ts";
import type { Call } from "../../platform/grpc/call.ts";
import type { FriendSets } from "../domain/friends/friend-sets.ts";
import { joinHalves } from "../domain/halves.ts";
import { countEntries } from "../domain/page/count-entries.ts";
import { createEntryWindow } from "../domain/page/entry-window.ts";
import type { RecentPosts } from "../domain/recent/recent-posts.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import type { getTimeline } from "./get-timeline.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface InspectTimelineDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  readonly friendSets: Pick<FriendSets, "peek">;
  readonly index: RecentPosts | undefined;
}

export const STATES = {
  inactive: TimelineState.INACTIVE,
  filling: TimelineState.FILLING,
  complete: TimelineState.COMPLETE,
} as const;

/** What is known is told as it was before the page was read, for reading may fill. */
export function inspectTimeline(deps: InspectTimelineDeps, read: ReturnType<typeof getTimeline>) {
  return async (request: InspectTimelineRequest, call: Call): Promise<InspectTimelineResponse> => {
    const viewer = ownedViewer(deps.ownership, request.viewerId);
    const known = knownOf(deps, viewer);
    if (request.onlyIfActive && known.state === TimelineState.INACTIVE) {
      return { ...known, entries: [], nextPageToken: "", degraded: [] };
    }
    const { limit, pageToken } = request;
    const order = TimelineOrder.CHRONOLOGICAL;
    const asked = { viewerId: viewer, limit, pageToken, order, fromTimeMs: 0n };
    const page = GetTimelineResponse.decode(await read(asked, call));
    const entries = page.entries.map(({ postId, authorId }) =>
      inspected(deps, viewer, postId, authorId),
    );
    return { ...known, entries, nextPageToken: page.nextPageToken, degraded: page.degraded };
  };
}

type Known = Omit<InspectTimelineResponse, "entries" | "nextPageToken" | "degraded">;

function knownOf({ store, friendSets, index }: InspectTimelineDeps, viewer: UserId): Known {
  const state = store.state(viewer);
  const floor = state.kind === "complete" ? state.floor : 0n;
  return {
    state: STATES[state.kind],
    floorPostId: floor,
    readableFromPostId: state.kind === "complete" ? (state.readableFrom ?? floor) : 0n,
    entryCount: countEntries(store, viewer),
    lastReadDay: store.readDay(viewer),
    friendCount: friendSets.peek(viewer)?.size ?? -1,
    indexSincePostId: index?.isUsable ? index.since : 0n,
    indexBehindMs: BigInt(index?.isUsable ? Math.round(index.behindMs) : 0),
  };
}

const one = createEntryWindow(1);

function inspected(
  { store, index }: InspectTimelineDeps,
  viewer: UserId,
  postId: bigint,
  authorId: bigint,
): InspectedEntry {
  store.read(viewer, postId + 1n, one);
  const isHeld = one.count === 1 && joinHalves(one.postHigh[0], one.postLow[0]) === postId;
  const isIndexed = index !== undefined && postId >= index.since;
  const source = isHeld ? EntrySource.RING : isIndexed ? EntrySource.INDEX : EntrySource.POSTS;
  return { postId, authorId, createTimeMs: BigInt(postTimeMs(postId)), source };
}

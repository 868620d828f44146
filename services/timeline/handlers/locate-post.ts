import {
  type LocatePostRequest,
  type LocatePostResponse,
  type PostLocation,
  PostPlace,
} from "#gen/timeline/v1/timeline.ts";
import { isPostId, type PostId, trustedUserId, type UserId } from "../../model/ids.ts";
import { MAX_LOCATED_VIEWERS } from "../../model/limits.ts";
import type { PulledIntervals } from "../../model/pulled/pulled-table.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { joinHalves } from "../domain/halves.ts";
import { type Place, placeOf } from "../domain/locate/place-of.ts";
import { createEntryWindow } from "../domain/page/entry-window.ts";
import type { RecentPosts } from "../domain/recent/recent-posts.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import { STATES } from "./inspect-timeline.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface LocatePostDeps {
  readonly store: Pick<EntryStore, "state" | "load" | "read">;
  readonly ownership: Ownership;
  readonly intervals: PulledIntervals;
  readonly index: RecentPosts | undefined;
}

const PLACES: Readonly<Record<Place, PostPlace>> = {
  ring: PostPlace.RING,
  "ring-deleted": PostPlace.RING_DELETED,
  index: PostPlace.INDEX,
  posts: PostPlace.POSTS,
  "not-kept": PostPlace.NOT_KEPT,
  filling: PostPlace.FILLING,
  missing: PostPlace.MISSING,
};

/** Where a post stands on timelines of this owner; nothing is filled for it. */
export function locatePost({ store, ownership, intervals, index }: LocatePostDeps) {
  return async (request: LocatePostRequest): Promise<LocatePostResponse> => {
    const { postId, authorId, viewerIds } = request;
    if (!isPostId(postId)) throw invalidArgument("post_id", `is ${postId}`, "an id is 1 to 2^63-1");
    if (viewerIds.length === 0 || viewerIds.length > MAX_LOCATED_VIEWERS) {
      const remedy = `1 to ${MAX_LOCATED_VIEWERS}; send several requests`;
      throw invalidArgument("viewer_ids", `has ${viewerIds.length} ids`, remedy);
    }
    const viewers = viewerIds.map((id, i) => ownedViewer(ownership, id, `viewer_ids[${i}]`));
    const isPulled = intervals.table.deliveryOf(postId, trustedUserId(authorId)) === "pull";
    const indexSince = index?.isUsable ? index.since : undefined;
    const locations: PostLocation[] = [];
    for (const viewerId of viewers) {
      if (store.state(viewerId).kind === "complete") await store.load(viewerId);
      const state = store.state(viewerId);
      const held = heldOf(store, viewerId, postId);
      const place = placeOf({ postId, state, held, isPulled, indexSince });
      const floorPostId = state.kind === "complete" ? state.floor : 0n;
      locations.push({ viewerId, state: STATES[state.kind], place: PLACES[place], floorPostId });
    }
    return { locations };
  };
}

const one = createEntryWindow(1);

function heldOf(store: Pick<EntryStore, "read">, viewer: UserId, post: PostId) {
  store.read(viewer, post + 1n, one);
  const isHeld = one.count === 1 && joinHalves(one.postHigh[0], one.postLow[0]) === post;
  if (!isHeld) return "not there";
  return one.deleted[0] === 1 ? "deleted" : "there";
}

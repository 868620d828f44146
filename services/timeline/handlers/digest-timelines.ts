import type { DigestTimelinesRequest, DigestTimelinesResponse } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { MAX_DIGEST_VIEWERS } from "../../model/limits.ts";
import { type Digest, DigestSum } from "../../model/reconcile/digest.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { highHalf, joinHalves, lowHalf, maxId } from "../domain/halves.ts";
import { createEntryWindow } from "../domain/page/entry-window.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface DigestTimelinesDeps {
  readonly store: Pick<EntryStore, "state" | "load" | "read">;
  readonly ownership: Ownership;
}

/** As many as most rings hold; of longer ones it reads on. */
const WINDOW_ENTRIES = 128;

/** Digests of what is held, as it is: whose friend an author is now is not asked. */
export function digestTimelines({ store, ownership }: DigestTimelinesDeps) {
  return async (request: DigestTimelinesRequest): Promise<DigestTimelinesResponse> => {
    checkSizes(request);
    const { viewerIds, sincePostId, untilPostId, viewersPerDigest } = request;
    const viewers = viewerIds.map((id, i) => ownedViewer(ownership, id, `viewer_ids[${i}]`));
    const window = createEntryWindow(WINDOW_ENTRIES);
    const froms: bigint[] = [];
    const digests: Digest[] = [];
    const sum = new DigestSum();
    for (const [i, viewer] of viewers.entries()) {
      const loading = store.load(viewer);
      if (loading) await loading;
      const from = request.fromPostIds[i] ?? completeFrom(store, viewer, sincePostId, untilPostId);
      froms.push(from);
      addHeld(store, viewer, { from, until: untilPostId, window, sum });
      const isLast = (i + 1) % viewersPerDigest === 0 || i === viewers.length - 1;
      if (isLast) digests.push(sum.take());
    }
    return {
      fromPostIds: froms,
      digests: digests.map(({ low, high }) => joinHalves(high, low)),
      entryCounts: digests.map(({ count }) => count),
    };
  };
}

function checkSizes(request: DigestTimelinesRequest): void {
  const { viewerIds, fromPostIds, viewersPerDigest } = request;
  const remedy = `1 to ${MAX_DIGEST_VIEWERS}`;
  if (!(viewerIds.length >= 1 && viewerIds.length <= MAX_DIGEST_VIEWERS)) {
    throw invalidArgument("viewer_ids", `has ${viewerIds.length} ids`, remedy);
  }
  if (!(viewersPerDigest >= 1 && viewersPerDigest <= MAX_DIGEST_VIEWERS)) {
    throw invalidArgument("viewers_per_digest", `is ${viewersPerDigest}`, remedy);
  }
  if (fromPostIds.length > 0 && fromPostIds.length !== viewerIds.length) {
    const problem = `has ${fromPostIds.length} ids for ${viewerIds.length} viewers`;
    throw invalidArgument("from_post_ids", problem, "one a viewer, or none");
  }
  checkBound("since_post_id", request.sincePostId);
  checkBound("until_post_id", request.untilPostId);
}

/** The answer tells it as it tells ids, which are not below 0. */
function checkBound(field: string, postId: bigint): void {
  if (postId < 0n) throw invalidArgument(field, `is ${postId}`, "0 or more");
}

/** From this post id on all that was pushed is held, and can be read. */
function completeFrom(
  store: DigestTimelinesDeps["store"],
  viewer: UserId,
  since: bigint,
  until: bigint,
): bigint {
  const state = store.state(viewer);
  if (state.kind !== "complete") return until;
  return maxId(since, state.readableFrom ?? state.floor);
}

interface Held {
  readonly from: bigint;
  readonly until: bigint;
  readonly window: ReturnType<typeof createEntryWindow>;
  readonly sum: DigestSum;
}

function addHeld(store: DigestTimelinesDeps["store"], viewer: UserId, held: Held): void {
  const { from, until, window, sum } = held;
  const [low, high] = [lowHalf(viewer), highHalf(viewer)];
  const [fromLow, fromHigh] = [lowHalf(from), highHalf(from)];
  for (let before = until; before > from; ) {
    store.read(viewer, before, window);
    const { count, postLow, postHigh, deleted } = window;
    for (let i = 0; i < count; i++) {
      const isBelow = postHigh[i] < fromHigh || (postHigh[i] === fromHigh && postLow[i] < fromLow);
      if (isBelow) return;
      if (deleted[i] === 0) sum.add(low, high, postLow[i], postHigh[i]);
    }
    if (count < WINDOW_ENTRIES) return;
    before = joinHalves(postHigh[count - 1], postLow[count - 1]);
  }
}

import { DegradedReason, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { shardOf } from "../../services/model/shards.ts";
import type { TestMesh } from "../../test/support/mesh/mesh.ts";
import type { OpenStream, StreamMessage } from "../trial/streams/follower.ts";

/** A viewer's live stream over gRPC, at whoever owns their timeline when it is opened. */
export function streamAtOwner(mesh: TestMesh, viewerId: bigint): OpenStream {
  return async function* stream(resumeCursor, signal) {
    // The first message shows whether it is the owner: until then the router may ask another.
    const { first, messages } = await mesh.router.call(shardOf(viewerId), async (timeline) => {
      const request = { viewerId, limit: 0, resumeCursor };
      const opened = timeline.watchTimeline(request, { signal })[Symbol.asyncIterator]();
      return { first: await opened.next(), messages: opened };
    });
    for (let next = first; !next.done; next = await messages.next()) yield messageOf(next.value);
  };
}

function messageOf({ entries, degraded, resumeCursor }: WatchTimelineResponse): StreamMessage {
  return { entries, resumeCursor, isCut: degraded.includes(DegradedReason.BELOW_FLOOR) };
}

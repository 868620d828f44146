import type { WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { VIEWER } from "./scrolled.ts";
import type { StartedTimeline } from "./start-timeline.ts";

/** The viewer's live stream. */
export function watch({ client }: StartedTimeline, resumeCursor = "", limit = 0) {
  const stream = client.watchTimeline({ viewerId: VIEWER, limit, resumeCursor });
  return stream[Symbol.asyncIterator]();
}

/** The next message. Rejects when the stream has ended. */
export async function next(
  stream: AsyncIterator<WatchTimelineResponse>,
): Promise<WatchTimelineResponse> {
  const { value, done } = await stream.next();
  if (done) throw new Error("the stream has ended");
  return value;
}

export function idsOf({ entries }: WatchTimelineResponse): readonly bigint[] {
  return entries.map(({ postId }) => postId);
}

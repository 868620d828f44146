import { PostStatus } from "#gen/post/v1/post.ts";
import { DegradedReason, type WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { eventText, idText } from "./http/streams/event-writer.ts";
import { entryWithPostJson } from "./json/entry.ts";
import { degradedWords } from "./json/words.ts";
import type { CallContext, Posts } from "./ports.ts";
import { postsOfEntries } from "./readable-posts.ts";

/** The posts of one message of WatchTimeline may be asked for: BatchGetPosts takes no more. */
const MAX_ENTRIES_AT_ONCE = 200;

/**
 * The events for one message of WatchTimeline, with the posts' text. Oldest first, although the first
 * page comes newest first: so the last id a client saw is the newest, and resuming there skips nothing.
 */
export async function eventsOf(
  message: WatchTimelineResponse,
  posts: Posts,
  call: CallContext,
  log: Logger,
): Promise<string> {
  const degraded = new Set(message.degraded);
  const entries = message.entries.toSorted((a, b) => (a.postId < b.postId ? -1 : 1));
  let text = message.resumeCursor === undefined ? "" : idText(message.resumeCursor);
  for (let from = 0; from < entries.length; from += MAX_ENTRIES_AT_ONCE) {
    const some = entries.slice(from, from + MAX_ENTRIES_AT_ONCE);
    const results = await postsOfEntries(posts, some, call, log);
    if (results === undefined) degraded.add(DegradedReason.POSTS_UNAVAILABLE);
    for (const [index, entry] of some.entries()) {
      const result = results?.[index];
      if (result?.status === PostStatus.DELETED) continue;
      text += eventText("entry", entryWithPostJson(entry, result), entry.cursor);
    }
  }
  const words = degradedWords([...degraded]);
  return words === undefined ? text : text + eventText("degraded", { degraded: words });
}

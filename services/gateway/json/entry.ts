import type { PostResult } from "#gen/post/v1/post.ts";
import type { Entry as TimelineEntry } from "#gen/timeline/v1/timeline.ts";
import { postTimeMs } from "../../model/ids.ts";
import type { Entry } from "../schemas/timeline.ts";
import { saidJson } from "./post.ts";

/** An entry as JSON, without its post; its time is in its id. */
export function entryJson({ postId, authorId, cursor, reasons }: TimelineEntry): Entry {
  const entry: Entry = {
    post_id: String(postId),
    author_id: String(authorId),
    create_time: new Date(postTimeMs(postId)).toISOString(),
    cursor,
  };
  if (reasons.length > 0) entry.reasons = reasons;
  return entry;
}

/** An entry with its post; without text when the post is not known. */
export function entryWithPostJson(entry: TimelineEntry, result: PostResult | undefined): Entry {
  const post = result?.post;
  return post === undefined
    ? { ...entryJson(entry), status: "unknown" }
    : { ...entryJson(entry), status: "found", ...saidJson(post) };
}

import { firstPostIdAt, postTimeMs, type UserId } from "../../../model/ids.ts";
import { RETENTION_MS } from "../../../model/limits.ts";
import { decodeCursor, requireChronological } from "../cursor/decode-cursor.ts";
import type { Scroll } from "../cursor/format.ts";
import { maxId } from "../halves.ts";

/** The newest entry that a stream's consumer has seen, and the scroll whose cursor named it. */
export interface Seen extends Pick<Scroll, "boundMs" | "incarnation"> {
  /** 0n: none. */
  readonly postId: bigint;
}

/**
 * A stream resumes so much before its cursor: an entry with a smaller id may have become readable
 * after the entry that was seen last. What comes later still is the scroll's. Clients drop what they have.
 */
const RESUME_OVERLAP_MS = 120_000;

/**
 * Below it, all that is held was there to be seen. A post may be dated in the future (its node's clock
 * was ahead), and what is newer than it in truth has smaller ids: but the consumer saw it no earlier than
 * the scroll of its cursor began, so no later time than that is believed.
 */
export function lastCertainId({ postId, boundMs }: Omit<Seen, "incarnation">): bigint {
  const begun = firstPostIdAt(boundMs + RETENTION_MS);
  return postId < begun ? postId : begun;
}

/** What the consumer says it has seen last. */
export function lastSeen(cursor: string, viewer: UserId): Seen {
  if (cursor === "") return { postId: 0n, boundMs: 0, incarnation: 0 };
  const position = decodeCursor(cursor, viewer, "resume_cursor");
  const { before, boundMs, incarnation } = requireChronological(position, "resume_cursor");
  return { postId: before, boundMs, incarnation };
}

/** Of a stream that began with this scroll, and whose page was empty: what is newer is still to come. */
export function seenNothing({ boundMs, incarnation }: Scroll): Seen {
  return { postId: firstPostIdAt(boundMs + RETENTION_MS), boundMs, incarnation };
}

/** The newest of what was seen until now, and of what is sent under this scroll. */
export function newestOf(
  seen: Seen,
  { boundMs, incarnation }: Scroll,
  entries: readonly { readonly postId: bigint }[],
): Seen {
  const postId = entries.reduce((max, entry) => maxId(max, entry.postId), 0n);
  return postId > seen.postId ? { postId, boundMs, incarnation } : seen;
}

/** The id from which to send again. */
export function resumeAt(seen: Seen): bigint {
  return maxId(firstPostIdAt(postTimeMs(lastCertainId(seen)) - RESUME_OVERLAP_MS), 1n);
}

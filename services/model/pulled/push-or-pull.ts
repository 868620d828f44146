import type { PostId } from "../ids.ts";

/** While one is open, an author's posts are pulled by readers instead of pushed: [since, until). */
export interface PullInterval {
  readonly since: PostId;
  /** Undefined while the interval is open. */
  readonly until: PostId | undefined;
}

/**
 * Push or pull, decided by the post id alone, so that worker and reader always agree (lemma L4).
 * `intervals` are those of the post's author.
 */
export function isPushed(post: PostId, intervals: readonly PullInterval[]): boolean {
  return !intervals.some(
    ({ since, until }) => post >= since && (until === undefined || post < until),
  );
}

import type { PostResult } from "#gen/post/v1/post.ts";
import type { DegradedReason } from "#gen/timeline/v1/timeline.ts";

/** An entry as a viewer is shown it; the timeline service's messages hold such. */
export interface ShownEntry {
  readonly postId: bigint;
  readonly authorId: bigint;
  /** Resumes a stream behind this entry. */
  readonly cursor: string;
}

export interface ShownPage {
  /** Newest first. */
  readonly entries: readonly ShownEntry[];
  /** Empty at the end of the timeline. */
  readonly nextPageToken: string;
  readonly degraded: readonly DegradedReason[];
}

/** The target as viewers see it. Calls that fail reject; nothing is tried twice here. */
export interface Viewing {
  /**
   * The newest entries, or with a cursor those newer than it and some before; then what becomes readable.
   * It ends at the age of a stream, and fails with its server: resume with the newest entry's cursor.
   */
  watch(
    viewer: number,
    resumeCursor: string,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly entries: readonly ShownEntry[] }>;
  /** One chronological page of at most `limit` entries, 1 to 200. */
  page(viewer: number, limit: number, pageToken: string): Promise<ShownPage>;
  /** In the order of the ids, of which there may be MAX_BATCH_GET_POSTS; undefined: posts are out of reach. */
  readonly posts: ((ids: readonly bigint[]) => Promise<readonly PostResult[]>) | undefined;
  close(): void;
}

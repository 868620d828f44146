import type { PostNodesOptions } from "./post-nodes.ts";

export interface RecentPostsOptions {
  /** Memory of the index, bytes. */
  readonly maxBytes: number;
  /** How far it reaches back, ms, if that fits. */
  readonly spanMs: number;
  readonly nodes?: PostNodesOptions;
  /** Tells this index from any other: 1 to 2^24 - 1. */
  readonly incarnation?: number;
  /** Told of the posts of each new row, and of their authors: pairs of halves, low first, with DELETED_BIT. */
  readonly onNew?: (posts: Uint32Array, authors: Uint32Array) => void;
  /**
   * Rows are read out of turn from now on, as the past: it has not kept up. `onNew` is not told of them;
   * `whole` tells when they are there.
   */
  readonly onGap?: () => void;
  /** Told how many rows came, and how: told by who wrote them, or read. */
  readonly onRows?: (way: "told" | "read", count: number) => void;
  /** Told of each look at the log that failed; it is tried again. */
  readonly onFailure?: (error: unknown) => void;
}

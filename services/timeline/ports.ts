import type { PostId, UserId } from "../model/ids.ts";

/** A viewer's timeline: no entries kept; being filled; or all there down to the floor. */
export type TimelineState =
  | { readonly kind: "inactive" }
  | { readonly kind: "filling" }
  | { readonly kind: "complete"; readonly floor: PostId };

/** An AppendEntries request as the hot decoder leaves it: no object an id. */
export interface AppendBatch {
  readonly appends: readonly PostAppendHot[];
}

export interface PostAppendHot {
  readonly postId: PostId;
  readonly authorId: UserId;
  readonly deleted: boolean;
  /** Pairs of 32-bit halves, low first: viewer i is at [2i] and [2i + 1]. Ascending is fastest. */
  readonly viewers: Uint32Array;
  readonly createTimeMs: number;
  readonly requestId: string;
}

export interface AppendCounts {
  readonly appended: number;
  readonly duplicates: number;
  readonly dropped: number;
  readonly deactivated: number;
}

export interface EntryKey {
  readonly postId: PostId;
  readonly authorId: UserId;
}

/** A reusable window on consecutive entries, newest first, in 32-bit halves. */
export interface EntryWindow {
  count: number;
  readonly postHigh: Uint32Array;
  readonly postLow: Uint32Array;
  readonly authorHigh: Uint32Array;
  readonly authorLow: Uint32Array;
  readonly deleted: Uint8Array;
}

/**
 * The entries of the viewers of this process: rings over a fan-out log (embedded) or over rows (CQL).
 * What a method promises is durable when it resolves, and readable from then on, not before.
 */
export interface EntryStore {
  /** Of a viewer whose shard this process owns; from memory. */
  state(viewer: UserId): TimelineState;
  append(batch: AppendBatch): Promise<AppendCounts>;
  /** Inactive becomes filling; anything else stays. */
  activate(viewer: UserId): Promise<void>;
  /** From fills and friend changes; entries already there, or below the floor when complete, are skipped. */
  addEntries(viewer: UserId, entries: readonly EntryKey[]): Promise<void>;
  /** The end of a fill: all entries at or above the floor are there. Evictions since may lift it. */
  complete(viewer: UserId, floor: PostId): Promise<void>;
  /** Drops the entries of viewers and makes them inactive. Resolves to how many were active. */
  lapse(viewers: readonly UserId[]): Promise<number>;
  /** Makes the viewer's ring resident; undefined when it is so already (the embedded store: always). */
  load(viewer: UserId): Promise<void> | undefined;
  /** Fills `window` with the newest entries below `before` (0n: from the newest), as many as fit. */
  read(viewer: UserId, before: bigint, window: EntryWindow): void;
  /** Called with each delivery that became readable and was new. For watchers; must not throw. */
  onReadable(listener: (viewer: UserId, post: PostId, author: UserId) => void): void;
  close(): Promise<void>;
}

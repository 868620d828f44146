import type { PostId, UserId } from "../model/ids.ts";
import type { StoreNumber } from "../model/metrics.ts";
import type { AppendBatch } from "../model/wire/append-entries.ts";

export type { PulledIntervals } from "../model/pulled/pulled-table.ts";
export type { AppendBatch, PostAppendHot } from "../model/wire/append-entries.ts";
export type { Ownership, ShardMapView } from "../platform/storage/ownership/ownership.ts";

/** A viewer's timeline: no entries kept; being filled; or all there down to the floor. */
export type TimelineState =
  | { readonly kind: "inactive" }
  | { readonly kind: "filling" }
  | {
      readonly kind: "complete";
      readonly floor: PostId;
      /** When `read` does not reach down to the floor (rows keep more than rings): it does to here. */
      readonly readableFrom?: PostId;
    };

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

/** Hears of one viewer's timeline. Must not throw. */
export interface EntryListener {
  /** An entry that is new became readable. */
  entry(post: PostId, author: UserId): void;
  /** The timeline became inactive: nothing more is heard of until it is active again. */
  lapsed(): void;
}

/** Who did not read for long, among the viewers at some places of a store. */
export interface IdleViewers {
  /** They have last read before the day. */
  readonly idle: readonly UserId[];
  /** Nobody knows when they have read. */
  readonly unknown: readonly UserId[];
  /** The first place that was not looked at; undefined at the end. */
  readonly next: number | undefined;
}

/** Numbers for metrics; each adapter adds its own. */
export interface EntryStoreStats extends Readonly<Partial<Record<StoreNumber, number>>> {
  /** Active viewers. */
  readonly viewers: number;
  /** Entries in memory. */
  readonly entries: number;
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
  /** Tells the listener until the returned function is called. Costs those not watched nothing. */
  watch(viewer: UserId, listener: EntryListener): () => void;
  /**
   * An active viewer reads on this day (since 1970, UTC). It becomes durable soon, once a day a viewer;
   * nobody waits for it.
   */
  noteRead(viewer: UserId, day: number): void;
  /** The day of the viewer's last read that is known of; 0: none is, or they are not active. */
  readDay(viewer: UserId): number;
  /** Looks at `count` places from `from` (0: the first) on for active viewers by their last read. */
  idle(beforeDay: number, from: number, count: number): IdleViewers;
  /** What is held now, for metrics. */
  stats(): EntryStoreStats;
  close(): Promise<void>;
}

/** The graph, read at quorum and uncached. Methods reject with UNAVAILABLE and the like. */
export interface ListedFriends {
  /** All friends: pairs of 32-bit halves, low first, ascending. */
  readonly friends: Uint32Array;
  /** Whose edges have changed lately, friends or not: an owner that has died may have been told, and its successor not. */
  readonly changed: readonly UserId[];
}

/** A change of an edge that was answered before the owners of both timelines knew of it; when, Unix ms. */
export interface UntoldChange {
  readonly user: UserId;
  readonly friend: UserId;
  readonly atMs: number;
}

export interface UntoldAnswer {
  readonly changes: readonly UntoldChange[];
  /** Where to go on asking. */
  readonly untilMs: number;
  /** There are more: ask at once. */
  readonly isCut: boolean;
}

export interface FriendSource {
  /** As after every change that was answered before. NOT_FOUND: no such person. */
  list(viewer: UserId): Promise<ListedFriends>;
  /** Which of the others (at most 1,000) are friends now, in their order. */
  check(viewer: UserId, others: readonly UserId[]): Promise<readonly boolean[]>;
  /** Changes of which not all owners could be told, since then (Unix ms). */
  untold(sinceMs: number): Promise<UntoldAnswer>;
}

export interface AuthorPosts {
  /** Newest first. */
  readonly posts: readonly EntryKey[];
  /** Every post of the authors with an id at or above this one, and below `before`, is in `posts`. */
  readonly completeFrom: PostId;
}

/** The authors' posts, read at quorum: the source of pull. */
export interface PostSource {
  /** The newest posts of at most 256 authors with since <= id < before (0n: no bound). */
  list(
    authors: readonly UserId[],
    since: bigint,
    before: bigint,
    limit: number,
  ): Promise<AuthorPosts>;
}

/** Where a row of the post log is: its number in its generation, and where the adapter finds it. */
export interface LogPlace {
  /** From 1. */
  readonly seq: number;
  /** Of meaning to the adapter alone; 0: not known. */
  readonly bucket: number;
}

/** The newest row of a generation. */
export interface LogHead extends LogPlace {
  readonly generation: bigint;
}

/** One row: what a relay was about to publish. */
export interface PostLogRow extends LogPlace {
  /** The bucket of the row before. */
  readonly previousBucket: number;
  /** No post of an earlier row of this generation has a higher id. */
  readonly highestBefore: bigint;
  /** Pairs of halves, low first; post i is by author i. DELETED_BIT in a post's high half: deleted. */
  readonly authors: Uint32Array;
  readonly posts: Uint32Array;
}

export interface LogHeads {
  /** Posts with smaller ids may have been stored without a row. */
  readonly began: bigint;
  /** Of each generation that has rows, of dead ones too. */
  readonly heads: readonly LogHead[];
}

/** What a writer of the log tells of itself. */
export interface LogNews {
  /** Its newest row: durable, as all before it are. */
  readonly head: LogHead;
  /** Rows that are new, ascending and without a gap. There may be others between the last news and these. */
  readonly rows: readonly PostLogRow[];
}

/** Hears of rows as they are written. News may get lost, come late and out of order, or twice. */
export interface LogListener {
  heard(writer: string, news: LogNews): void;
  /** Nothing is heard of this writer until the next news. */
  lost(writer: string): void;
}

/**
 * What all relays publish, written before it is published (rule 6.10). Rows of a generation are written
 * in order, one at a time, and never change; they are kept longer than an index reaches.
 */
export interface PostLog {
  /** At quorum: what was published before the call is at or below these. */
  heads(): Promise<LogHeads>;
  /** The rows after this place, ascending; after seq 0: from the first. At most `limit`. */
  after(generation: bigint, place: LogPlace, limit: number): Promise<readonly PostLogRow[]>;
  /** The rows before this place, descending; none when there are none or they are kept no longer. */
  before(generation: bigint, place: LogPlace, limit: number): Promise<readonly PostLogRow[]>;
  /** Tells of what is written, until it is disposed of; a log that has nobody to tell it lacks this. */
  watch?(listener: LogListener): AsyncDisposable;
}

export interface RankCandidate extends EntryKey {
  readonly commonFriendCount: number;
  readonly recentReads: number;
}

export interface RankedItem {
  readonly postId: bigint;
  readonly reasons: readonly string[];
}

/** The ranking service: a black box that may be slow, wrong or down. */
export interface Ranker {
  rank(
    viewer: UserId,
    nowMs: number,
    candidates: readonly RankCandidate[],
  ): Promise<readonly RankedItem[]>;
}

import type { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../model/ids.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { VisibleWindow } from "./visible-window.ts";

/** A stretch of one viewer's timeline: what they may see of it, newest first. */
export interface Stretch {
  readonly viewer: UserId;
  /** Only entries below this id; 0n: from the newest. */
  readonly before: bigint;
  /** Entries below this id are not looked at: the retention bound of the scroll. */
  readonly stop: bigint;
  /** The window is full with so many entries, at most its capacity. */
  readonly limit: number;
  /** Who is a friend now; undefined when nobody knows. */
  readonly friends: FriendSet | undefined;
  /** The scroll comes from another process, whose index may have shown what this one has not read. */
  readonly isIndexBehind?: boolean;
}

/** How far a source came with a stretch. */
export interface Answer {
  /**
   * Every visible entry with from <= id < before was added, newest first, each once. `before` itself
   * when the source cannot tell.
   */
  readonly from: bigint;
  /**
   * - full: the window is; `from` is the lowest id looked at.
   * - paused: it has looked at as much as one page may, so the page ends here, though it is short.
   * - reached: it knows nothing below `from`, which is `stop` or what it is complete to.
   */
  readonly end: "full" | "paused" | "reached";
  /** What the page says is missing, if it ends above its bound because of this source. */
  readonly missing?: DegradedReason;
}

/**
 * One of the things a page is read from (rule 5.3). Sources stand one below the other: each goes on
 * where the one above it came to. Those in memory answer at once, in the same turn of the event loop.
 */
export interface PageSource {
  /** Adds to what the window holds. */
  read(stretch: Stretch, visible: VisibleWindow): Answer;
}

/** A source that has to ask others. Same answer; the window is the page's own until it resolves. */
export interface SlowPageSource {
  read(stretch: Stretch, visible: VisibleWindow, deadlineMs: number): Promise<Answer>;
}

/** What the pages of one process are read from. */
export interface PageSources {
  /** From the top, for a viewer as they are now. */
  inMemory(viewer: UserId, friends: FriendSet | undefined): readonly PageSource[];
  /** Names the recent index in tokens; 0: there is none. */
  readonly incarnation: number;
  /** Resolves when the index has all that any other has shown before this call. */
  through(): Promise<void>;
  /** Without a filled ring there is nothing to show: a first page waits for its fill. */
  needsFill(): boolean;
  /**
   * Nothing need be kept of who is inactive: everybody is pulled, or they have too many friends for a ring
   * to be of use; and the index answers.
   */
  isUnkept(friends?: FriendSet): boolean;
  /**
   * Whether it was ever read which posts are pulled. Before that any may be: pages are read from all posts of all
   * friends, whatever the ring has.
   */
  isPulledKnown(): boolean;
  /** Resolves when it is, or after so many ms. */
  pulledKnown(ms: number): Promise<unknown>;
  /** Resolves when the index has read what the log had at this time (monotonic ms); undefined: it has. */
  caughtUp(sinceMs: number): Promise<void> | undefined;
  /** Resolves when the index has what it left for later when it had not kept up. */
  whole(): Promise<void>;
  /** Of a viewer of whom nothing is kept here. */
  readonly unkept: readonly PageSource[];
  /** What is below those in memory; without one, a scroll ends there. */
  readonly slow?: SlowPageSource | undefined;
}

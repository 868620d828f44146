import { LRUCache } from "lru-cache";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, type UserId } from "../../../model/ids.ts";
import { MAX_LIST_AUTHOR_POSTS } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { settleWithin } from "../../../platform/concurrency/settle-within.ts";
import type { PostSource } from "../../ports.ts";
import { FillQueue, FillRefused, type Urgency } from "../fill/fill-queue.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import { highHalf, joinHalves } from "../halves.ts";
import type { Answer, SlowPageSource, Stretch } from "../page/source.ts";
import type { VisibleWindow } from "../page/visible-window.ts";
import { HIGH_BITS } from "../recent/post-nodes.ts";
import { Density } from "./density.ts";
import { fetchSlice } from "./fetch-slice.ts";
import { Slice } from "./slice.ts";
import { SliceCache } from "./slice-cache.ts";

export interface ColdLimits {
  /** Memory of the slices of those who scroll now, bytes. */
  readonly maxBytes: number;
  /** Slices fetched at one time, and those that wait. */
  readonly maxRunning: number;
  readonly maxQueued: number;
  /** How long a page waits for its slice. */
  readonly waitMs: number;
  /** Entries of a slice, at least. */
  readonly sliceEntries: number;
  /** How long a slice is given out. What is new in it meanwhile has to be told (`heardOf`). */
  readonly keptMs: number;
  /** Posts younger than this may still come, with an id from the middle: nobody keeps slices of them. */
  readonly settledMs: number;
}

/** As the service has them, beside what is configured. */
export const COLD_TIMES = { sliceEntries: 200, keptMs: 600_000, settledMs: 600_000 };

export interface ColdDeps {
  readonly posts: PostSource;
  readonly clock: Clock;
  /** Told of each slice: entries, and the ms that it took. */
  readonly onSlice?: (entries: number, tookMs: number) => void;
}

/** A slice is worth so many pages. */
const PAGES_PER_SLICE = 10;
/** With less than so many pages left the next slice is fetched before it is asked for. */
const PREFETCH_PAGES = 3;
const MAX_SLICES_PER_PAGE = 4;
/** Kept of the deadline, so that the answer arrives before the caller gives up, ms. */
const ANSWER_MARGIN_MS = 100;
/** Deletions of old posts that are remembered; more are hidden by who resolves the texts. */
const MAX_DELETIONS = 100_000;

interface Job {
  readonly friends: FriendSet;
  readonly slice: Promise<Slice>;
}

/**
 * The posts themselves, below the recent index (rule 6.7): complete for any friends down to the retention
 * bound. One fetch brings a slice worth about ten pages; it is given out only when it is complete. A page
 * that would wait too long says `cold_slow` and keeps its position, and the fetch goes on.
 */
export class ColdScroll implements SlowPageSource {
  readonly #deps: ColdDeps;
  readonly #limits: ColdLimits;
  readonly #cache: SliceCache;
  readonly #queue: FillQueue;
  readonly #jobs = new Map<string, Job>();
  readonly #density = new Density();
  readonly #deletions = new LRUCache<bigint, true>({ max: MAX_DELETIONS });
  /** Times that a post came late: slices asked for before the last of them are not kept. */
  #lateCount = 0;

  constructor(deps: ColdDeps, limits: ColdLimits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#cache = new SliceCache(limits.maxBytes, limits.keptMs);
    this.#queue = new FillQueue(limits);
  }

  stats(): { readonly bytes: number; readonly running: number; readonly queued: number } {
    const { running, queued } = this.#queue;
    return { bytes: this.#cache.bytes, running, queued };
  }

  /**
   * Posts that the log tells of: pairs of halves, low first, with DELETED_BIT. A deletion hides what
   * slices have; a post that comes late, completed after a crash, would be missing in them.
   */
  heardOf(posts: Uint32Array): void {
    const settledHigh = highHalf(this.#settledBelow());
    for (let i = 0; i < posts.length; i += 2) {
      const high = posts[i + 1];
      if ((high & HIGH_BITS) >>> 0 > settledHigh) continue;
      if (high > HIGH_BITS)
        this.#deletions.set(joinHalves((high & HIGH_BITS) >>> 0, posts[i]), true);
      else this.mayLack();
    }
  }

  /** Slices may lack something from now on: they are read again. */
  mayLack(): void {
    this.#lateCount++;
    this.#cache.clear();
  }

  /** Forgets what was read for a viewer: it is read again. */
  forget(viewer: UserId): void {
    this.#cache.forget(viewer);
  }

  /** Drops what waits, and resolves when what runs has ended. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  async read(stretch: Stretch, visible: VisibleWindow, deadlineMs: number): Promise<Answer> {
    const { viewer, stop, limit, friends } = stretch;
    const { FRIENDS_UNAVAILABLE, POSTS_UNAVAILABLE, COLD_SLOW } = DegradedReason;
    let at = stretch.before;
    const endedBy = (missing: DegradedReason): Answer => ({ from: at, end: "paused", missing });
    if (friends === undefined) return endedBy(FRIENDS_UNAVAILABLE);
    for (let slices = 0; slices < MAX_SLICES_PER_PAGE; slices++) {
      const rest = { ...stretch, before: at };
      const found = await this.#sliceBelow(rest, friends, deadlineMs);
      if (found.kind !== "done") {
        return endedBy(found.kind === "late" ? COLD_SLOW : POSTS_UNAVAILABLE);
      }
      at = found.slice.copyTo(visible, rest, (post) => this.#deletions.has(post));
      this.#prefetch(viewer, found.slice, { ...stretch, before: at });
      if (at <= stop) return { from: stop, end: "reached" };
      if (visible.count >= limit) return { from: at, end: "full" };
    }
    return { from: at, end: "paused" };
  }

  async #sliceBelow(rest: Stretch, friends: FriendSet, deadlineMs: number): Promise<Found> {
    const { clock } = this.#deps;
    const known = this.#cache.find(rest.viewer, rest.before, friends, clock.monotonicMs());
    if (known) return { kind: "done", slice: known };
    const waitMs = Math.min(this.#limits.waitMs, deadlineMs - clock.nowMs() - ANSWER_MARGIN_MS);
    const fetched = await settleWithin(this.#fetch(rest, friends, "first-page"), waitMs, clock);
    if (fetched.kind === "done") return { kind: "done", slice: fetched.value };
    const isRefused = fetched.kind === "failed" && fetched.error instanceof FillRefused;
    return { kind: isRefused ? "late" : fetched.kind };
  }

  /** The slice below a position, from the fetch in hand when there is one for these friends. */
  #fetch(rest: Stretch, friends: FriendSet, urgency: Urgency): Promise<Slice> {
    const isYoung = !this.#isSettled(rest.before);
    if (isYoung) return this.#run({ ...rest, friends }, urgency, rest.limit);
    const key = `${rest.viewer}/${rest.before}`;
    const running = this.#jobs.get(key);
    if (running?.friends.covers(friends)) return running.slice;
    const entries = Math.max(this.#limits.sliceEntries, PAGES_PER_SLICE * rest.limit);
    const wanted = Math.min(entries, MAX_LIST_AUTHOR_POSTS);
    const lateCount = this.#lateCount;
    const slice = this.#run({ ...rest, friends }, urgency, wanted);
    const job = { friends, slice };
    this.#jobs.set(key, job);
    const ended = () => {
      if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    };
    slice.then((done) => {
      if (this.#lateCount === lateCount) this.#cache.add(rest.viewer, done);
      ended();
    }, ended);
    return slice;
  }

  async #run(
    { viewer, before, stop, friends }: Stretch & { readonly friends: FriendSet },
    urgency: Urgency,
    entries: number,
  ): Promise<Slice> {
    const { posts, clock, onSlice } = this.#deps;
    let slice: Slice | undefined;
    await this.#queue.schedule(urgency, async () => {
      const askedMs = clock.monotonicMs();
      const spanMs = this.#density.spanOf(viewer, entries, friends.size);
      const ask = { friends, before, stop, entries, spanMs };
      const fetched = await fetchSlice(posts, ask, clock.nowMs());
      slice = new Slice({ before, from: fetched.from, askedMs }, friends, fetched.entries);
      this.#density.learn(viewer, slice, clock.nowMs());
      onSlice?.(slice.count, clock.monotonicMs() - askedMs);
    }).done;
    if (!slice) throw new Error("a cold slice ended without one");
    return slice;
  }

  /** Along the scroll, when there is room for what nobody waits for. */
  #prefetch(viewer: UserId, slice: Slice, { before, stop, limit, friends }: Stretch): void {
    if (!friends || slice.from <= stop || slice.countBelow(before) > PREFETCH_PAGES * limit) return;
    if (!this.#isSettled(slice.from) || this.#queue.running >= this.#limits.maxRunning) return;
    const rest = { viewer, before: slice.from, stop, limit, friends };
    if (this.#cache.find(viewer, slice.from, friends, this.#deps.clock.monotonicMs())) return;
    this.#fetch(rest, friends, "background").catch(() => {});
  }

  #isSettled(before: bigint): boolean {
    return before !== 0n && before <= this.#settledBelow();
  }

  #settledBelow(): bigint {
    return firstPostIdAt(this.#deps.clock.nowMs() - this.#limits.settledMs);
  }
}

type Found =
  | { readonly kind: "done"; readonly slice: Slice }
  | { readonly kind: "late" | "failed" };

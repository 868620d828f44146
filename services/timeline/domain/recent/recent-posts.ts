import { firstPostIdAt, MAX_ID, postTimeMs, type UserId } from "../../../model/ids.ts";
import { MAX_POST_LOG_ROWS } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { LogHeads, PostLog } from "../../ports.ts";
import { maxId } from "../halves.ts";
import { LogFollower, type LogRequest } from "./follow/log-follower.ts";
import { POLL_MS, pollMsAfter } from "./follow/poll-pace.ts";
import { HeadWaiters } from "./head-waiters.ts";
import { RecentIndex, type RecentIndexStats } from "./recent-index.ts";
import type { RecentPostsOptions } from "./recent-posts-options.ts";
import { TakenShards } from "./taken-shards.ts";

/** Between two looks at the directory: who began, who still writes after a pause. */
const LOOK_MS = 1_000;
/** A generation that wrote within so long is read at each poll; the others when a look finds more. */
const ACTIVE_MS = 600_000;
const RETRY_MS = 500;
/** An index that has not read all of the log for so long is not trusted to have what is new. */
const MAX_BEHIND_MS = 5_000;

/** The recent index of this process, kept up with the post log. It serves from the first answer. */
export class RecentPosts {
  readonly index: RecentIndex;
  readonly incarnation: number;
  readonly #follower = new LogFollower();
  readonly #log: PostLog;
  readonly #clock: Clock;
  readonly #options: RecentPostsOptions;
  readonly #stopping = new AbortController();
  /** When each generation last had something new, monotonic ms. */
  readonly #activeMs = new Map<bigint, number>();
  readonly #waiters = new HeadWaiters();
  readonly #taken: TakenShards;
  #wholeWaiters: (() => void)[] = [];
  #jumpsTold = 0;
  #newRowsMs = 0;
  #lookedMs = -Infinity;
  #throughMs = -Infinity;
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(log: PostLog, clock: Clock, options: RecentPostsOptions) {
    this.#log = log;
    this.#clock = clock;
    this.#taken = new TakenShards(clock);
    this.#options = options;
    this.incarnation = options.incarnation ?? 1;
    this.index = new RecentIndex(options.maxBytes, options.nodes);
  }

  start(): void {
    this.#newRowsMs = this.#clock.monotonicMs();
    this.#taken.take([], this.through());
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#loop;
    this.#waiters.close();
    for (const resolve of this.#wholeWaiters.splice(0)) resolve();
  }

  /** Every post with an id at or above this one that was in the log at the last look is here. */
  get since(): bigint {
    return maxId(this.#follower.since, this.index.since);
  }

  /** False until the first rows have been read. */
  get isUsable(): boolean {
    return this.since <= MAX_ID;
  }

  /** How long ago all that was in the log was read, ms. */
  get behindMs(): number {
    return this.#clock.monotonicMs() - this.#throughMs;
  }

  /** All that was in the log at this time is here; monotonic ms. */
  get throughMs(): number {
    return this.#throughMs;
  }

  /** Then it may lack what this viewer has been shown already, here or by the last owner. */
  isBehind(viewer: UserId): boolean {
    return this.behindMs > MAX_BEHIND_MS || this.#taken.isBehind(viewer);
  }

  /**
   * These shards' last owner, whose index may have been ahead, serves them no more. For their viewers this one is behind
   * until it has all that is in the log now; what others have been shown meanwhile, they were shown from here.
   */
  took(shards: readonly number[]): void {
    this.#taken.take(shards, this.through());
  }

  /** See TakenShards: at its start it takes over from the process that was there before. */
  get catchingUp(): Promise<void> | undefined {
    return this.#taken.catchingUp;
  }

  stats(): RecentIndexStats & { readonly spanMs: number } {
    const { since } = this;
    const reachesMs = this.#clock.nowMs() - postTimeMs(since);
    return { ...this.index.stats(), spanMs: this.isUsable ? Math.max(0, reachesMs) : 0 };
  }

  /** Rows of the log not yet read, the past counting as one; for who waits for quiet. */
  async pendingRows(): Promise<number> {
    return this.pendingUpTo(await this.#log.heads());
  }

  /** The same, when the heads are known. */
  pendingUpTo(heads: LogHeads): number {
    const isReadingPast = this.#follower.past(this.#enough()) !== undefined;
    return this.#follower.rowsBehind(heads) + (isReadingPast ? 1 : 0);
  }

  /**
   * Resolves when all that was published before this call and is not below `since` is in the index: the
   * heads of the log are read after it, once for all who wait, and the rows up to them (rule 6.3).
   */
  through(): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    const through = this.#waiters.wait();
    this.#wake?.();
    return through;
  }

  /** Resolves when nothing that it could read is missing between what it has read (`onGap`). */
  whole(): Promise<void> {
    if (this.#isWhole || this.#stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.#wholeWaiters.push(resolve));
  }

  get #isWhole(): boolean {
    const isBehind = this.behindMs > MAX_BEHIND_MS || this.#taken.isAny;
    return !isBehind && !this.#follower.hasGap(this.#enough());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let pauseMs = pollMsAfter(this.#clock.monotonicMs() - this.#newRowsMs);
      try {
        await this.#step();
        // Who came during the step is not to wait for the next poll.
        if (this.#waiters.areAsked) continue;
      } catch (error) {
        this.#options.onFailure?.(error);
        pauseMs = RETRY_MS;
      }
      await this.#pause(pauseMs);
    }
  }

  /** Reads what is new, then as much of the past as fits before the next poll. */
  async #step(): Promise<void> {
    const startMs = this.#clock.monotonicMs();
    if (this.#waiters.areAsked || startMs - this.#lookedMs >= LOOK_MS) await this.#look();
    await this.#readNew();
    // Before the first rows of each generation it has nothing, and claims nothing.
    while (!this.isUsable) if (!(await this.#readPast())) break;
    this.#waiters.settle((heads) => this.#follower.isThrough(heads));
    while ((await this.#readPast()) && this.#clock.monotonicMs() - startMs < POLL_MS);
    if (this.#isWhole) for (const resolve of this.#wholeWaiters.splice(0)) resolve();
  }

  async #look(): Promise<void> {
    const answered = this.#waiters.asking();
    const askedMs = this.#clock.monotonicMs();
    const heads = await this.#log.heads();
    this.#lookedMs = askedMs;
    this.#follower.sawHeads(heads);
    this.#tellOfJumps();
    answered(heads, () => this.#reached(askedMs));
    this.index.evictBelow(this.#oldest());
  }

  #reached(askedMs: number): void {
    this.#throughMs = Math.max(this.#throughMs, askedMs);
  }

  async #readNew(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    for (const [generation, activeMs] of this.#activeMs) {
      if (nowMs - activeMs > ACTIVE_MS) this.#activeMs.delete(generation);
    }
    const tails = this.#follower.tails(new Set(this.#activeMs.keys()));
    await Promise.all(tails.map((request) => this.#read(request)));
    while (!this.#stopping.signal.aborted) {
      const missing = this.#follower.missing();
      const counts = await Promise.all(missing.map((request) => this.#read(request)));
      // Also when none of what is known of was given: the next poll asks again.
      if (counts.every((count) => count === 0)) return;
    }
  }

  /** False when nothing is left. */
  async #readPast(): Promise<boolean> {
    const past = this.#follower.past(this.#enough());
    if (!past || this.#stopping.signal.aborted) return false;
    await this.#read(past);
    return true;
  }

  /** Gives how many rows were new. */
  async #read(request: LogRequest): Promise<number> {
    const { generation, place, direction } = request;
    const answer = await this.#log[direction](generation, place, MAX_POST_LOG_ROWS);
    const taken = this.#follower.took(request, answer);
    this.#tellOfJumps();
    for (const { authors, posts } of taken.rows) {
      this.index.insertAll(authors, posts, taken.direction);
      if (taken.direction === "now") this.#options.onNew?.(posts, authors);
    }
    const count = taken.rows.length;
    if (direction === "before" || count === 0) return count;
    this.#newRowsMs = this.#clock.monotonicMs();
    this.#activeMs.set(generation, this.#newRowsMs);
    return count;
  }

  #tellOfJumps(): void {
    const { jumps } = this.#follower;
    if (jumps === this.#jumpsTold) return;
    this.#jumpsTold = jumps;
    this.#options.onGap?.();
  }

  /** What is older is of no use. */
  #oldest(): bigint {
    return firstPostIdAt(this.#clock.nowMs() - this.#options.spanMs);
  }

  #enough(): bigint {
    return maxId(this.#oldest(), this.index.since);
  }

  async #pause(ms: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    if (this.#stopping.signal.aborted) return;
    await this.#clock.delay(ms, woken.signal).catch(() => {});
    this.#wake = undefined;
  }
}

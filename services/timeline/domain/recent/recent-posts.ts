import { firstPostIdAt, MAX_ID, postTimeMs, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { LogHeads, LogNews, PostLog } from "../../ports.ts";
import { maxId } from "../halves.ts";
import { LogFollower, type TakenRows } from "./follow/log-follower.ts";
import { LogReader } from "./follow/log-reader.ts";
import { POLL_MS, pollMsAfter } from "./follow/poll-pace.ts";
import { TailPolls } from "./follow/tail-polls.ts";
import { WakingLoop } from "./follow/waking-loop.ts";
import { LogLooks } from "./log-looks.ts";
import { RecentIndex, type RecentIndexStats } from "./recent-index.ts";
import type { RecentPostsOptions } from "./recent-posts-options.ts";
import { TakenShards } from "./taken-shards.ts";

const RETRY_MS = 500;
/** An index that has not read all of the log for so long is not trusted to have what is new. */
const MAX_BEHIND_MS = 5_000;

/**
 * The recent index of this process, kept up with the post log. It serves from the first answer. What is new its
 * writers tell; polls are for those who do not. That shortens the way only: claims rest on heads that were asked for.
 */
export class RecentPosts {
  readonly index: RecentIndex;
  readonly incarnation: number;
  readonly #follower = new LogFollower();
  readonly #reader: LogReader;
  readonly #log: PostLog;
  readonly #looks: LogLooks;
  readonly #clock: Clock;
  readonly #options: RecentPostsOptions;
  readonly #stopping = new AbortController();
  readonly #polls = new TailPolls();
  readonly #taken: TakenShards;
  #wholeWaiters: (() => void)[] = [];
  #jumpsTold = 0;
  #newRowsMs = 0;
  #loop: WakingLoop | undefined;
  #watch: AsyncDisposable | undefined;

  constructor(log: PostLog, clock: Clock, options: RecentPostsOptions) {
    this.#log = log;
    this.#looks = new LogLooks(log, clock, (heads) => this.#sawHeads(heads));
    const { signal } = this.#stopping;
    this.#reader = new LogReader(log, this.#follower, signal, (generation, taken) =>
      this.#take(generation, taken, "read"),
    );
    this.#clock = clock;
    this.#taken = new TakenShards(clock);
    this.#options = options;
    this.incarnation = options.incarnation ?? 1;
    this.index = new RecentIndex(options.maxBytes, options.nodes);
  }

  start(): void {
    this.#newRowsMs = this.#clock.monotonicMs();
    this.#taken.take([], this.through());
    this.#loop = new WakingLoop(this.#clock, this.#stopping.signal, () => this.#step());
    this.#watch = this.#log.watch?.({
      heard: (writer, news) => this.#heard(writer, news),
      lost: (writer) => {
        this.#polls.isSilent(writer);
        this.#loop?.wake();
      },
    });
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#watch?.[Symbol.asyncDispose]();
    await this.#loop?.ended();
    this.#looks.close();
    for (const resolve of this.#wholeWaiters.splice(0)) resolve();
  }

  /** Every post with an id at or above this one that was in the log at the last look is here. */
  get since(): bigint {
    return maxId(this.#follower.since, this.index.since);
  }

  /** Writers of the log that tell this process of what they write. */
  get tellingCount(): number {
    return this.#polls.tellingCount;
  }

  /** False until the first rows have been read. */
  get isUsable(): boolean {
    return this.since <= MAX_ID;
  }

  /** How long ago all that was in the log was read, ms. */
  get behindMs(): number {
    return this.#clock.monotonicMs() - this.#looks.throughMs;
  }

  /** Resolves when all that was in the log at this time (monotonic ms) is here; undefined: it is. */
  caughtUp(sinceMs: number): Promise<void> | undefined {
    return this.#looks.throughMs >= sinceMs ? undefined : this.through();
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

  /**
   * Rows of the log not yet read, the past counting as one; for who waits for quiet, so the log is asked. It is a look, and
   * the next one comes so much later.
   */
  async pendingRows(): Promise<number> {
    const heads = await this.#looks.look();
    this.#settle();
    if (this.#follower.missing().length > 0) this.#loop?.wake();
    return this.pendingUpTo(heads);
  }

  /** The same, when the heads are known. */
  pendingUpTo(heads: LogHeads): number {
    const past = this.#follower.past(this.#enough());
    return this.#follower.rowsBehind(heads) + (past ? 1 : 0);
  }

  /**
   * Resolves when all that was published before this call and is not below `since` is in the index: the
   * heads of the log are read after it, once for all who wait, and the rows up to them (rule 6.3).
   */
  through(): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    const through = this.#looks.wait();
    this.#loop?.wake();
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

  /** Gives how long to rest then, ms. */
  async #step(): Promise<number> {
    try {
      await this.#readAll();
      // Who came meanwhile is not to wait for the next poll.
      return this.#looks.areAwaited ? 0 : this.#restMs();
    } catch (error) {
      this.#options.onFailure?.(error);
      return RETRY_MS;
    }
  }

  /** Until there is something to be asked for. */
  #restMs(): number {
    const nowMs = this.#clock.monotonicMs();
    if (this.#follower.isReading(this.#enough())) return pollMsAfter(nowMs - this.#newRowsMs);
    return Math.max(POLL_MS, Math.min(this.#looks.restMs, this.#polls.restMs(nowMs)));
  }

  /** Inserted at once: nothing of it waits for what the loop waits for. */
  #heard(writer: string, news: LogNews): void {
    if (this.#stopping.signal.aborted) return;
    const { generation } = news.head;
    this.#polls.tells(writer, generation);
    this.#take(generation, this.#follower.heard(news), "told");
    this.#settle();
    if (this.#follower.isMissing(generation)) this.#loop?.wake();
  }

  /** Reads what is new, then as much of the past as fits before the next poll. */
  async #readAll(): Promise<void> {
    const startMs = this.#clock.monotonicMs();
    if (this.#looks.restMs <= 0) await this.#looks.look();
    await this.#reader.readNew(this.#polls.poll(this.#clock.monotonicMs()));
    const readPast = () => this.#reader.readPast(this.#enough());
    // Before the first rows of each generation it has nothing, and claims nothing.
    while (!this.isUsable) if (!(await readPast())) break;
    this.#settle();
    while ((await readPast()) && this.#clock.monotonicMs() - startMs < POLL_MS);
    this.#settle();
  }

  #settle(): void {
    this.#looks.settle((heads) => this.#follower.isThrough(heads));
    if (this.#isWhole) for (const resolve of this.#wholeWaiters.splice(0)) resolve();
  }

  #sawHeads(heads: LogHeads): void {
    this.#follower.sawHeads(heads);
    this.#tellOfJumps();
    this.index.evictBelow(this.#oldest());
  }

  #take(generation: bigint, { rows, direction }: TakenRows, way: "told" | "read"): void {
    this.#tellOfJumps();
    for (const { authors, posts } of rows) {
      this.index.insertAll(authors, posts, direction);
      if (direction === "now") this.#options.onNew?.(posts, authors);
    }
    if (rows.length === 0) return;
    this.#options.onRows?.(way, rows.length);
    if (direction === "past") return;
    this.#newRowsMs = this.#clock.monotonicMs();
    this.#polls.hadRows(generation, this.#newRowsMs);
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
}

import type { PostId } from "../../model/ids.ts";
import {
  type AuthorInterval,
  type PulledIntervals,
  PulledTable,
} from "../../model/pulled/pulled-table.ts";
import type { Clock } from "../../platform/clock/clock.ts";

/** What ListPulledIntervals answers; no intervals when the version is the one that is known. */
export interface PulledAnswer {
  readonly version: bigint;
  readonly validThrough: bigint;
  readonly intervals: readonly AuthorInterval[];
}

export interface PulledCopyOptions {
  readonly read: (knownVersion: bigint) => Promise<PulledAnswer>;
  readonly clock: Clock;
  /** Between two readings, ms; a second by default. */
  readonly pollMs?: number;
  readonly onFailure?: (error: unknown) => void;
  /** Told of each reading with other intervals than the one before. */
  readonly onChanged?: (before: PulledTable) => void;
}

/** The table is settled ten seconds ahead, and again when six are left. */
const POLL_MS = 1_000;
/** While somebody waits for a post beyond the copy. */
const WAITED_POLL_MS = 100;

interface Waiter {
  readonly post: PostId;
  readonly untilMs: number;
  readonly resolve: (isKnown: boolean) => void;
}

/**
 * A process's copy of the table of pulled intervals, read again and again. However old it is, it is right
 * about every post below its `validThrough`, and says nothing of others.
 */
export class PulledCopy implements PulledIntervals {
  readonly #options: PulledCopyOptions;
  readonly #stopping = new AbortController();
  #table = PulledTable.UNREAD;
  #waiters: Waiter[] = [];
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(options: PulledCopyOptions) {
    this.#options = options;
  }

  get table(): PulledTable {
    return this.#table;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Whoever waits is told that nothing is known. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#loop;
    for (const { resolve } of this.#waiters.splice(0)) resolve(false);
  }

  /** Resolves to true once the copy knows of this post; to false after `ms`, a poll late at most. */
  through(post: PostId, ms: number): Promise<boolean> {
    if (post < this.#table.validThrough) return Promise.resolve(true);
    if (this.#stopping.signal.aborted) return Promise.resolve(false);
    const untilMs = this.#options.clock.monotonicMs() + ms;
    return new Promise((resolve) => {
      this.#waiters.push({ post, untilMs, resolve });
      this.#wake?.();
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        this.#adopt(await this.#options.read(this.#table.version));
      } catch (error) {
        this.#options.onFailure?.(error);
      }
      this.#settleWaiters();
      const { pollMs = POLL_MS } = this.#options;
      await this.#pause(this.#waiters.length > 0 ? Math.min(WAITED_POLL_MS, pollMs) : pollMs);
    }
  }

  /** An answer may be older than the copy: another process gave it, or it was long on its way. */
  #adopt({ version, validThrough, intervals }: PulledAnswer): void {
    if (validThrough <= this.#table.validThrough) return;
    const isSame = version === this.#table.version;
    const before = this.#table;
    this.#table = isSame
      ? before.through(validThrough)
      : new PulledTable({ version, validThrough, intervals });
    if (!isSame) this.#options.onChanged?.(before);
  }

  #settleWaiters(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#waiters = this.#waiters.filter(({ post, untilMs, resolve }) => {
      const isKnown = post < this.#table.validThrough;
      if (!isKnown && nowMs < untilMs) return true;
      resolve(isKnown);
      return false;
    });
  }

  async #pause(ms: number): Promise<void> {
    const woken = new AbortController();
    // Who came during the last reading waits for the next poll; who comes from now on, for none.
    this.#wake = () => woken.abort();
    if (this.#stopping.signal.aborted) return;
    await this.#options.clock.delay(ms, woken.signal).catch(() => {});
    this.#wake = undefined;
  }
}

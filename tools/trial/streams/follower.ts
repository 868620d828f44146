import { setTimeout as pause } from "node:timers/promises";

/** What one message of a live stream told. */
export interface StreamMessage {
  readonly entries: readonly { readonly postId: bigint; readonly cursor: string }[];
  /** To resume with while nothing was shown. */
  readonly resumeCursor?: string | undefined;
  /** It has not all that came since the cursor, and says so: the rest is a scroll's. */
  readonly isCut: boolean;
}

/** Opens a stream behind a cursor (""; from the newest page). It ends or fails when it breaks. */
export type OpenStream = (cursor: string, signal: AbortSignal) => AsyncIterable<StreamMessage>;

export interface FollowerOptions {
  readonly open: OpenStream;
  /** The ids that the viewer may see so far: what a stream names as missing is among them. */
  readonly expected: () => Iterable<bigint>;
  readonly retryMs?: number;
}

const RETRY_MS = 500;

/** One viewer's live stream, followed as a client should: opened again after each break, behind the newest cursor. */
export class Follower {
  readonly seen = new Set<bigint>();
  /** How often a stream ended that had begun. */
  breaks = 0;
  /** How often a stream named something as missing. */
  named = 0;
  readonly #options: FollowerOptions;
  readonly #excused = new Set<bigint>();
  #cursor = "";
  #newest = 0n;
  #told = Promise.withResolvers<void>();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Follows until the signal. */
  async follow(signal: AbortSignal): Promise<void> {
    const { open, retryMs = RETRY_MS } = this.#options;
    while (!signal.aborted) {
      let hasBegun = false;
      try {
        for await (const message of open(this.#cursor, signal)) {
          hasBegun = true;
          this.#take(message);
        }
      } catch {
        // A break as any other: the next stream brings what this one did not.
      }
      if (signal.aborted) return;
      if (hasBegun) this.breaks++;
      await pause(retryMs, undefined, { signal }).catch(() => {});
    }
  }

  /** What should have been seen, and was neither seen nor named as missing. */
  unseen(expected: Iterable<bigint>): bigint[] {
    return [...expected].filter((id) => !this.seen.has(id) && !this.#excused.has(id));
  }

  /** Resolves when all of this was seen or named, or with the signal. */
  async through(expected: Iterable<bigint>, signal: AbortSignal): Promise<void> {
    const over = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    while (!signal.aborted && this.unseen(expected).length > 0) {
      await Promise.race([this.#told.promise, over]);
    }
  }

  #take({ entries, resumeCursor, isCut }: StreamMessage): void {
    if (this.#newest === 0n && resumeCursor !== undefined) this.#cursor = resumeCursor;
    for (const { postId, cursor } of entries) {
      this.seen.add(postId);
      if (postId <= this.#newest) continue;
      this.#newest = postId;
      this.#cursor = cursor;
    }
    if (isCut) {
      this.named++;
      for (const id of this.#options.expected()) this.#excused.add(id);
    }
    this.#told.resolve();
    this.#told = Promise.withResolvers();
  }
}

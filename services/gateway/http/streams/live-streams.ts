import { resourceExhausted, unavailable } from "../../../platform/grpc/errors/errors.ts";

export interface LiveStreamLimits {
  readonly maxStreams: number;
  readonly maxStreamsPerUser: number;
}

/** One open stream. Aborted, with a reason to tell the client, when the gateway shuts down. */
export interface LiveStream {
  readonly abort: AbortController;
  /** Frees its place. */
  close(): void;
}

const RETRY_AFTER_MS = 5_000;

/** The event streams that are open: bounded in all and by user, ended together at shutdown. */
export class LiveStreams {
  readonly #limits: LiveStreamLimits;
  readonly #countsByUser = new Map<bigint, number>();
  readonly #open = new Set<AbortController>();
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(limits: LiveStreamLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#open.size;
  }

  /** A place for a stream. RESOURCE_EXHAUSTED: the user's are taken; UNAVAILABLE: all are. */
  enter(user: bigint): LiveStream {
    const { maxStreams, maxStreamsPerUser } = this.#limits;
    const count = this.#countsByUser.get(user) ?? 0;
    if (count >= maxStreamsPerUser) {
      throw resourceExhausted(
        `${count} streams are open, at most ${maxStreamsPerUser}; close one first`,
        RETRY_AFTER_MS,
      );
    }
    if (this.#closed !== undefined || this.#open.size >= maxStreams) {
      throw unavailable("no place for another stream", { retryAfterMs: RETRY_AFTER_MS });
    }
    const abort = new AbortController();
    this.#open.add(abort);
    this.#countsByUser.set(user, count + 1);
    return { abort, close: () => this.#leave(user, abort) };
  }

  /** Ends every stream and lets no new one in. Resolves when all have left. */
  async shutDown(reason: string): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    for (const abort of this.#open) abort.abort(reason);
    if (this.#open.size > 0) await this.#closed.promise;
  }

  #leave(user: bigint, abort: AbortController): void {
    if (!this.#open.delete(abort)) return;
    const count = (this.#countsByUser.get(user) ?? 1) - 1;
    if (count === 0) this.#countsByUser.delete(user);
    else this.#countsByUser.set(user, count);
    if (this.#open.size === 0) this.#closed?.resolve();
  }
}

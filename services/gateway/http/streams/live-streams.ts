import { type Holder, Holders } from "../../../platform/admission/holders.ts";
import { resourceExhausted, unavailable } from "../../../platform/grpc/errors/errors.ts";
import { networkOf } from "../../../platform/lifecycle/network-of.ts";

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

/** One address may hold four times what is free, as of everything in the gateway: alone 80% of all. */
const ADDRESS_SHARE = 4;

/** The event streams that are open: bounded in all, by user and by address, ended together at shutdown. */
export class LiveStreams {
  readonly #limits: LiveStreamLimits;
  readonly #countsByUser = new Map<bigint, number>();
  readonly #addresses = new Holders(ADDRESS_SHARE);
  readonly #open = new Set<AbortController>();
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(limits: LiveStreamLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#open.size;
  }

  /** A place for a stream. RESOURCE_EXHAUSTED: the user's are taken; UNAVAILABLE: all are, or the address's. */
  enter(user: bigint, address: string): LiveStream {
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
    if (this.#addresses.size > 2 * this.#open.size) this.#addresses.forgetIdle(performance.now());
    const holder = this.#addresses.of(networkOf(address));
    if (holder.held >= holder.share * (maxStreams - this.#open.size)) {
      const most = "this address has its share of the live streams";
      throw unavailable(most, { retryAfterMs: RETRY_AFTER_MS });
    }
    holder.take();
    const abort = new AbortController();
    this.#open.add(abort);
    this.#countsByUser.set(user, count + 1);
    return { abort, close: () => this.#leave(user, holder, abort) };
  }

  /** Ends every stream and lets no new one in. Resolves when all have left. */
  async shutDown(reason: string): Promise<void> {
    this.#closed ??= Promise.withResolvers();
    for (const abort of this.#open) abort.abort(reason);
    if (this.#open.size > 0) await this.#closed.promise;
  }

  #leave(user: bigint, address: Holder, abort: AbortController): void {
    if (!this.#open.delete(abort)) return;
    address.give();
    const count = (this.#countsByUser.get(user) ?? 1) - 1;
    if (count === 0) this.#countsByUser.delete(user);
    else this.#countsByUser.set(user, count);
    if (this.#open.size === 0) this.#closed?.resolve();
  }
}

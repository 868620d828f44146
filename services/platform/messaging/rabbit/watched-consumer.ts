import type { Clock } from "../../clock/clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Consumer } from "../bus.ts";

/** One subscription at the broker. */
export interface Subscription {
  /** Takes no more, and resolves when what it has in hand is settled. */
  close(): Promise<void>;
}

export interface WatchedConsumerOptions {
  readonly queue: string;
  /** `onMessage` is called for each message that comes, `onCancel` when the broker ends it. */
  readonly subscribe: (onMessage: () => void, onCancel: () => void) => Subscription;
  /** Messages that wait in the queue. */
  readonly readyCount: () => Promise<number>;
  readonly inHand: () => number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two looks at a consumer that receives nothing, ms. */
export const SILENCE_MS = 10_000;

/**
 * A consumer that notices when the broker has forgotten it: after the loss of a quorum it may receive
 * nothing more though the connection stands and publishes are confirmed. When it is idle while
 * messages wait, at two looks in a row, it subscribes anew. So it does, on a channel of its own, when
 * the broker cancels it since its queue was deleted.
 */
export class WatchedConsumer implements Consumer {
  readonly #options: WatchedConsumerOptions;
  readonly #closing = new AbortController();
  readonly #watching: Promise<void>;
  #subscription: Subscription;
  #received = 0;

  constructor(options: WatchedConsumerOptions) {
    this.#options = options;
    this.#subscription = this.#subscribe();
    this.#watching = this.#watch();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    // A look waits for the broker; meanwhile more would come.
    await Promise.all([this.#subscription.close(), this.#watching]);
  }

  #subscribe(): Subscription {
    const subscription: Subscription = this.#options.subscribe(
      () => {
        this.#received++;
      },
      () => {
        if (this.#subscription === subscription) this.#subscribeAnew();
      },
    );
    return subscription;
  }

  #subscribeAnew(): void {
    if (this.#closing.signal.aborted) return;
    // Not awaited: a subscription that the broker forgot may never say that it is closed.
    void this.#subscription.close().catch(() => {});
    this.#subscription = this.#subscribe();
  }

  async #watch(): Promise<void> {
    const { clock, log, queue } = this.#options;
    let silentLooks = 0;
    while (await this.#pause(clock)) {
      silentLooks = (await this.#isSilent()) ? silentLooks + 1 : 0;
      this.#received = 0;
      if (silentLooks < 2 || this.#closing.signal.aborted) continue;
      log.warn({ queue }, "messages wait and none comes: subscribing anew");
      silentLooks = 0;
      this.#subscribeAnew();
    }
  }

  /** False when the consumer closes. */
  #pause(clock: Clock): Promise<boolean> {
    return clock.delay(SILENCE_MS, this.#closing.signal).then(
      () => true,
      () => false,
    );
  }

  async #isSilent(): Promise<boolean> {
    if (this.#received > 0 || this.#options.inHand() > 0) return false;
    try {
      return (await this.#options.readyCount()) > 0;
    } catch {
      return false; // The broker is away: the client connects again by itself.
    }
  }
}

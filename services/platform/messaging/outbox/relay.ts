import { COUNTERS, GAUGES } from "../../../model/metrics.ts";
import type { Clock } from "../../clock/clock.ts";
import { settleWithin } from "../../concurrency/settle-within.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { BUS_BACKOFF, backoffMs } from "../backoff.ts";
import type { Outbox } from "./outbox.ts";
import { LAST_BATCH_MS, type Publishing, publishItems } from "./publish-items.ts";

export interface RelayOptions<Position> extends Publishing {
  readonly outbox: Outbox<Position>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** 0 to 1; Math.random by default. */
  readonly random?: () => number;
}

/** The only publisher of an outbox. */
export interface Relay {
  /** Resolves when the outbox is empty. */
  settle(): Promise<void>;
  /**
   * Stops after the batch in hand, for which a bus that does not confirm has 2 s: a broker short of
   * memory takes nothing for hours. What is left is published after the next start.
   */
  close(): Promise<void>;
}

const MAX_BATCH_ITEMS = 500;

/** Publishes whatever the outbox holds, from now on; woken by each write, backing off while the bus is down. */
export function startRelay<Position>(options: RelayOptions<Position>): Relay {
  const relay = new RunningRelay(options);
  relay.start();
  return relay;
}

class RunningRelay<Position> implements Relay {
  readonly #options: RelayOptions<Position>;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  readonly #published: { add(count: number): void } | undefined;
  readonly #failed: { add(count: number): void } | undefined;
  #settlers: (() => void)[] = [];
  /** A write came since the last read began. */
  #written = true;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;
  #stopListening: () => void = () => {};
  /** The outbox is not to be touched any more. */
  #isClosed = false;

  constructor(options: RelayOptions<Position>) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#published = options.metrics?.counter(COUNTERS.relayPublished).series();
    this.#failed = options.metrics?.counter(COUNTERS.relayFailures).series();
    options.metrics?.gauge(GAUGES.pendingOutboxEvents, () => options.outbox.depth());
  }

  start(): void {
    this.#stopListening = this.#options.outbox.onWrite(() => this.#notice());
    this.#loop = this.#run();
  }

  settle(): Promise<void> {
    return new Promise((resolve) => {
      this.#settlers.push(resolve);
      this.#notice();
    });
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#stopping.abort(new Error("the relay is closing"));
    this.#wake?.();
    if (this.#loop) await settleWithin(this.#loop, LAST_BATCH_MS, this.#options.clock);
    this.#isClosed = true;
  }

  #notice(): void {
    this.#written = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#step();
        failures = 0;
      } catch (error) {
        if (this.#isClosed) return;
        failures += 1;
        this.#failed?.add(1);
        this.#options.log.warn({ err: error, failures }, "outbox not published, will try again");
        await this.#pause(backoffMs(BUS_BACKOFF, failures - 1, this.#random()));
      }
    }
  }

  /** Publishes one batch, or waits for a write. */
  async #step(): Promise<void> {
    const { outbox } = this.#options;
    this.#written = false;
    const items = await outbox.read(MAX_BATCH_ITEMS);
    if (items.length > 0) {
      await publishItems(this.#options, items);
      if (this.#isClosed) return;
      await outbox.published(items);
      this.#published?.add(items.length);
      return;
    }
    if (this.#settlers.length > 0 && (await outbox.depth()) === 0) this.#tellSettlers();
    await this.#nextWrite();
  }

  #nextWrite(): Promise<void> {
    if (this.#written || this.#stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #tellSettlers(): void {
    const settlers = this.#settlers;
    this.#settlers = [];
    for (const settled of settlers) settled();
  }

  async #pause(ms: number): Promise<void> {
    try {
      await this.#options.clock.delay(ms, this.#stopping.signal);
    } catch {
      // Closing: the loop looks at the signal next.
    }
  }
}

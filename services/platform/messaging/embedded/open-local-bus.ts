import { systemClock } from "../../clock/system-clock.ts";
import type { Lmdb } from "../../storage/lmdb/open.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { addBusGauges } from "../bus-gauges.ts";
import type { BusDeps } from "../dead-letter.ts";
import { MAX_OPTIONAL_MESSAGES, MAX_QUEUE_MESSAGES, SUBSCRIPTION_LIFE_MS } from "../topics.ts";
import { lmdbQueueStorage } from "./lmdb-queue-store.ts";
import { LocalBus, type LocalBusShape } from "./local-bus.ts";

export interface LocalBusOptions extends Partial<BusDeps> {
  readonly log: BusDeps["log"];
  /** Gets gauges of what waits, and counts what is dropped. */
  readonly metrics?: Metrics;
  /** Of each queue, messages that are not acked; more are refused. 10 million by default. */
  readonly maxMessages?: number;
}

const SWEEP_EVERY_MS = 3_600_000;

/** The bus of the process that owns `lmdb`, with these queues in it. The caller closes `lmdb`, later. */
export function openLocalBus(
  lmdb: Lmdb,
  shape: Partial<LocalBusShape>,
  options: LocalBusOptions,
): LocalBus {
  const deps = {
    clock: systemClock,
    random: Math.random,
    maxMessages: MAX_QUEUE_MESSAGES,
    maxOptionalMessages: MAX_OPTIONAL_MESSAGES,
    ...options,
  };
  const bus = new SweptBus({ topics: [], queues: [], ...shape }, lmdbQueueStorage(lmdb), deps);
  bus.start();
  if (options.metrics !== undefined) addBusGauges(bus, options.metrics);
  return bus;
}

/** Looks each hour for subscribers that have gone for good. */
class SweptBus extends LocalBus {
  readonly #closing = new AbortController();
  #sweeping: Promise<void> = Promise.resolve();

  start(): void {
    this.#sweeping = this.#sweepAgain();
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#sweeping;
    await super.close();
  }

  async #sweepAgain(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.sweep(SUBSCRIPTION_LIFE_MS).catch(() => {});
      await systemClock.delay(SWEEP_EVERY_MS, this.#closing.signal).catch(() => {});
    }
  }
}

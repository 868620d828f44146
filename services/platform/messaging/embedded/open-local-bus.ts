import { systemClock } from "../../clock/system-clock.ts";
import type { Lmdb } from "../../storage/lmdb/open.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { QueueName } from "../bus.ts";
import { addBusGauges } from "../bus-gauges.ts";
import type { BusDeps } from "../dead-letter.ts";
import { openLmdbQueueStore } from "./lmdb-queue-store.ts";
import { LocalBus } from "./local-bus.ts";

export interface LocalBusOptions extends Partial<BusDeps> {
  readonly log: BusDeps["log"];
  /** Gets gauges of what waits. */
  readonly metrics?: Metrics;
  /** Of each queue, messages that are not acked; more are refused. 10 million by default. */
  readonly maxMessages?: number;
}

const DEFAULT_MAX_MESSAGES = 10_000_000;

/** The bus of the process that owns `lmdb`, with these queues in it. The caller closes `lmdb`, later. */
export function openLocalBus(
  lmdb: Lmdb,
  queues: readonly QueueName[],
  options: LocalBusOptions,
): LocalBus {
  const { metrics, ...rest } = options;
  const stores = new Map(queues.map((name) => [name, openLmdbQueueStore(lmdb, name)]));
  const bus = new LocalBus(stores, {
    clock: systemClock,
    random: Math.random,
    maxMessages: DEFAULT_MAX_MESSAGES,
    ...rest,
  });
  if (metrics !== undefined) addBusGauges(bus, metrics);
  return bus;
}

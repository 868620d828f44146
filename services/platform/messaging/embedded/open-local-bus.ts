import { systemClock } from "../../clock/system-clock.ts";
import type { Lmdb } from "../../storage/lmdb/open.ts";
import type { QueueName } from "../bus.ts";
import type { BusDeps } from "../dead-letter.ts";
import { openLmdbQueueStore } from "./lmdb-queue-store.ts";
import { LocalBus } from "./local-bus.ts";

export interface LocalBusOptions extends Partial<BusDeps> {
  readonly log: BusDeps["log"];
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
  const stores = new Map(queues.map((name) => [name, openLmdbQueueStore(lmdb, name)]));
  return new LocalBus(stores, {
    clock: systemClock,
    random: Math.random,
    maxMessages: DEFAULT_MAX_MESSAGES,
    ...options,
  });
}

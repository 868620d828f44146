import type { QueueName } from "../bus.ts";
import type { QueueStorage, QueueStore, StoredMessage } from "./queue-store.ts";

/** A queue that lasts as long as its process: for tests and simulations. */
export function memoryQueueStore(): QueueStore {
  const messages = new Map<number, Uint8Array>();
  let last = 0;
  return {
    atStart: { count: 0, lastSequence: 0 },
    append: async (payloads) => {
      for (const payload of payloads) messages.set(++last, payload);
      return last;
    },
    read: (first, until, limit) => {
      const found: StoredMessage[] = [];
      for (let sequence = Math.max(1, first); sequence <= until; sequence++) {
        const payload = messages.get(sequence);
        if (payload !== undefined) found.push({ sequence, payload });
        if (found.length === limit) break;
      }
      return found;
    },
    remove: async (sequences) => {
      for (const sequence of sequences) messages.delete(sequence);
    },
  };
}

/** The queues of a process that remembers nothing. */
export function memoryQueueStorage(): QueueStorage {
  const seenMs = new Map<QueueName, number>();
  return {
    open: () => memoryQueueStore(),
    subscribers: () => [...seenMs].map(([queue, ms]) => ({ queue, seenMs: ms })),
    seen: async (queue, nowMs) => void seenMs.set(queue, nowMs),
    forget: async (queue) => void seenMs.delete(queue),
  };
}

import { intact } from "../../storage/lmdb/checksums.ts";
import { readU64, u64Key } from "../../storage/lmdb/keys.ts";
import type { Lmdb } from "../../storage/lmdb/open.ts";
import type { Table } from "../../storage/lmdb/table.ts";
import type { QueueName } from "../bus.ts";
import { queueStoredAs, storedNameOf } from "../topics.ts";
import type { QueueStorage, QueueStore, StoredMessage } from "./queue-store.ts";

/** Removed in one transaction. */
const FORGOTTEN_AT_ONCE = 5_000;

/** The queues in an environment; the table "subscribers" has who subscribed, and when it was last in use. */
export function lmdbQueueStorage(lmdb: Lmdb): QueueStorage {
  const subscribers = lmdb.table("subscribers");
  return {
    open: (queue) => openLmdbQueueStore(lmdb, queue),
    subscribers: () =>
      [...subscribers.entries({})].flatMap(({ key, value }) => {
        const queue = queueStoredAs(key.toString());
        return queue === undefined ? [] : [{ queue, seenMs: Number(readU64(value)) }];
      }),
    seen: (queue, nowMs) =>
      lmdb.commit((tx) =>
        tx.put(subscribers, Buffer.from(queue), u64Key(BigInt(Math.round(nowMs)))),
      ),
    forget: async (queue) => {
      await lmdb.commit((tx) => tx.remove(subscribers, Buffer.from(queue)));
      const table = tableOf(lmdb, queue);
      for (;;) {
        const keys = [...table.keys({ limit: FORGOTTEN_AT_ONCE })];
        if (keys.length === 0) return;
        await lmdb.commit((tx) => {
          for (const key of keys) tx.remove(table, key);
        });
      }
    },
  };
}

/** A queue as a table of the environment: sequence, 8 bytes big-endian, to payload. */
function openLmdbQueueStore(lmdb: Lmdb, name: QueueName): QueueStore {
  const table = tableOf(lmdb, name);
  const lastSequence = lastKey(table);
  let next = lastSequence + 1;
  return {
    atStart: { count: table.count(), lastSequence },
    // Sequences are given inside the group, in its order: what is read up to the last durable
    // sequence has no holes that are filled later.
    append: (payloads) =>
      lmdb.commit((tx) => {
        for (const payload of payloads) tx.put(table, sequenceKey(next++), bufferOf(payload));
        return next - 1;
      }),
    read: (first, last, limit) => read(table, first, last, limit),
    remove: (sequences) =>
      lmdb.commit((tx) => {
        for (const sequence of sequences) tx.remove(table, sequenceKey(sequence));
      }),
  };
}

function read(table: Table, first: number, last: number, limit: number): StoredMessage[] {
  if (first === last) {
    const payload = intact(() => table.get(sequenceKey(first)));
    return payload === undefined ? [] : [{ sequence: first, payload }];
  }
  const messages: StoredMessage[] = [];
  const range = { from: sequenceKey(first), before: sequenceKey(last + 1), limit };
  for (const { key, value } of table.entries(range)) {
    messages.push({ sequence: Number(readU64(key)), payload: value });
  }
  return messages;
}

function tableOf(lmdb: Lmdb, queue: QueueName): Table {
  return lmdb.table(`queue/${storedNameOf(queue)}`);
}

/** Zero when the queue is empty: it then counts from 1 again, which nobody can see. */
function lastKey(table: Table): number {
  for (const key of table.keys({ reverse: true, limit: 1 })) return Number(readU64(key));
  return 0;
}

function sequenceKey(sequence: number): Buffer {
  return u64Key(BigInt(sequence));
}

/** The bytes themselves, as the Buffer that LMDB wants. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

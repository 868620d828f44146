import { intact } from "../../storage/lmdb/checksums.ts";
import { readU64, u64Key } from "../../storage/lmdb/keys.ts";
import type { Lmdb } from "../../storage/lmdb/open.ts";
import type { Table } from "../../storage/lmdb/table.ts";
import type { QueueStore, StoredMessage } from "./queue-store.ts";

/** A queue as a table of the environment: sequence, 8 bytes big-endian, to payload. */
export function openLmdbQueueStore(lmdb: Lmdb, name: string): QueueStore {
  const table = lmdb.table(`queue/${name}`);
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

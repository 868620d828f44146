import type { Destination } from "../bus.ts";
import { destinationStoredAs } from "../topics.ts";

export interface QueuedPayload {
  readonly queue: Destination;
  readonly payload: Uint8Array;
}

/** One item of a row; `index` is its place when the row was first written. */
export interface OutboxRowItem extends QueuedPayload {
  readonly index: number;
}

const ITEM_HEAD_BYTES = 9;

/** Items one after the other: u32 index, u8 length of the queue's name, u32 length of the payload, both. */
export function encodeOutboxRow(items: readonly OutboxRowItem[]): Buffer {
  let size = 0;
  for (const { queue, payload } of items) size += ITEM_HEAD_BYTES + queue.length + payload.length;
  const row = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { index, queue, payload } of items) {
    row.writeUInt32LE(index, at);
    row.writeUInt8(queue.length, at + 4);
    row.writeUInt32LE(payload.length, at + 5);
    row.write(queue, at + ITEM_HEAD_BYTES, "latin1");
    row.set(payload, at + ITEM_HEAD_BYTES + queue.length);
    at += ITEM_HEAD_BYTES + queue.length + payload.length;
  }
  return row;
}

/** The items of a row; the payloads are views of it. */
export function decodeOutboxRow(row: Buffer): OutboxRowItem[] {
  const items: OutboxRowItem[] = [];
  for (let at = 0; at < row.length; ) {
    const index = row.readUInt32LE(at);
    const queueStart = at + ITEM_HEAD_BYTES;
    const payloadStart = queueStart + row.readUInt8(at + 4);
    at = payloadStart + row.readUInt32LE(at + 5);
    const queue = destinationStoredAs(row.toString("latin1", queueStart, payloadStart));
    items.push({ index, queue, payload: row.subarray(payloadStart, at) });
  }
  return items;
}

/** How many items a row has, without making them. */
export function countOutboxItems(row: Buffer): number {
  let count = 0;
  for (let at = 0; at < row.length; count++) {
    at += ITEM_HEAD_BYTES + row.readUInt8(at + 4) + row.readUInt32LE(at + 5);
  }
  return count;
}

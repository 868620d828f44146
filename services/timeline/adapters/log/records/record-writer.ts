import { FRAME_HEADER_BYTES } from "../../../../platform/storage/log/frame.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import {
  APPEND,
  APPEND_DELETED,
  COMPLETE,
  ENTRIES,
  FLOOR,
  READ,
  type StateRecord,
} from "./records.ts";

const MAX_VARINT_BYTES = 10;
/** The longest record without its list. */
const MAX_HEAD_BYTES = 64;
const FIRST_BYTES = 64 * 1_024;

/** Writes records into one growing buffer, behind the room for a frame's header. */
export class RecordWriter {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  length = FRAME_HEADER_BYTES;

  get isEmpty(): boolean {
    return this.length === FRAME_HEADER_BYTES;
  }

  clear(): void {
    this.length = FRAME_HEADER_BYTES;
  }

  /** One entry for those viewers (pairs of halves, ascending) that `chosen[0..count)` points at. */
  append(entry: RingEntry, viewers: Uint32Array, chosen: Int32Array, count: number): void {
    this.#reserve(count * MAX_VARINT_BYTES);
    this.#byte(entry.deleted ? APPEND_DELETED : APPEND);
    this.#entry(entry);
    this.#varint(count, 0);
    this.length = writeDeltas(this.bytes, this.length, viewers, chosen, count);
  }

  state(record: StateRecord): void {
    this.#reserve(record.kind === ENTRIES ? record.entries.length * MAX_HEAD_BYTES : 0);
    this.#byte(record.kind);
    this.#fixed64(record.viewer.low, record.viewer.high);
    if (record.kind === COMPLETE || record.kind === FLOOR) {
      this.#fixed64(record.floorLow, record.floorHigh);
    } else if (record.kind === READ) {
      this.#varint(record.day, 0);
    } else if (record.kind === ENTRIES) {
      this.#varint(record.entries.length, 0);
      for (const entry of record.entries) this.#entry(entry);
    }
  }

  #entry(entry: RingEntry): void {
    this.#fixed64(entry.postLow, entry.postHigh);
    this.#varint(entry.authorLow, entry.authorHigh);
  }

  #byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  #fixed64(low: number, high: number): void {
    this.length = this.bytes.writeUInt32LE(low, this.length);
    this.length = this.bytes.writeUInt32LE(high, this.length);
  }

  #varint(low: number, high: number): void {
    this.length = writeVarint(this.bytes, this.length, low, high);
  }

  /** A write past the end of a typed array is silent, so room is made before each record. */
  #reserve(listBytes: number): void {
    const needed = this.length + MAX_HEAD_BYTES + listBytes;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

function writeDeltas(
  bytes: Uint8Array,
  start: number,
  viewers: Uint32Array,
  chosen: Int32Array,
  count: number,
): number {
  let at = start;
  let lastLow = 0;
  let lastHigh = 0;
  for (let i = 0; i < count; i++) {
    const index = chosen[i] << 1;
    const low = viewers[index];
    const high = viewers[index + 1];
    let delta = (low - lastLow) >>> 0;
    const deltaHigh = high - lastHigh - (low < lastLow ? 1 : 0);
    lastLow = low;
    lastHigh = high;
    if (deltaHigh !== 0) {
      at = writeVarint(bytes, at, delta, deltaHigh);
      continue;
    }
    while (delta > 127) {
      bytes[at++] = (delta & 127) | 128;
      delta >>>= 7;
    }
    bytes[at++] = delta;
  }
  return at;
}

function writeVarint(bytes: Uint8Array, start: number, low: number, high: number): number {
  let at = start;
  let restLow = low;
  let restHigh = high;
  while (restHigh !== 0 || restLow > 127) {
    bytes[at++] = (restLow & 127) | 128;
    restLow = ((restLow >>> 7) | (restHigh << 25)) >>> 0;
    restHigh >>>= 7;
  }
  bytes[at++] = restLow;
  return at;
}

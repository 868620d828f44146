import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import {
  ACTIVATE,
  APPEND,
  APPEND_DELETED,
  COMPLETE,
  ENTRIES,
  FLOOR,
  LAPSE,
  READ,
  type StateRecord,
  type ViewerHalves,
} from "./records.ts";

/** A frame whose CRC is right, but whose records make no sense: written by another version. */
export class RecordError extends Error {}

export interface RecordVisitor {
  /** `viewers` holds `count` pairs of halves, and is used again for the next record. */
  append(entry: RingEntry, viewers: Uint32Array, count: number): void;
  state(record: StateRecord): void;
}

/** Reads the records in bytes[start..end), in order. */
export class RecordReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #low = 0;
  #high = 0;
  #viewers = new Uint32Array(1_024);

  /** @throws RecordError */
  read(bytes: Uint8Array, start: number, end: number, visitor: RecordVisitor): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    while (this.#at < this.#end) {
      const kind = bytes[this.#at++];
      if (kind === APPEND || kind === APPEND_DELETED) this.#append(kind, visitor);
      else visitor.state(this.#state(kind));
      if (this.#at > this.#end) throw new RecordError("a record goes past the end of its frame");
    }
  }

  #append(kind: number, visitor: RecordVisitor): void {
    const entry = this.#entry(kind === APPEND_DELETED);
    const count = this.#count();
    if (this.#viewers.length < 2 * count) this.#viewers = new Uint32Array(4 * count);
    const viewers = this.#viewers;
    let low = 0;
    let high = 0;
    for (let i = 0; i < count; i++) {
      this.#varint();
      low += this.#low;
      high += this.#high;
      if (low > 0xffff_ffff) {
        low -= 0x1_0000_0000;
        high++;
      }
      viewers[2 * i] = low;
      viewers[2 * i + 1] = high;
    }
    visitor.append(entry, viewers, count);
  }

  #state(kind: number): StateRecord {
    const viewer = this.#id();
    switch (kind) {
      case ACTIVATE:
      case LAPSE:
        return { kind, viewer };
      case COMPLETE:
      case FLOOR: {
        const floor = this.#id();
        return { kind, viewer, floorLow: floor.low, floorHigh: floor.high };
      }
      case READ: {
        this.#varint();
        return { kind, viewer, day: this.#low };
      }
      case ENTRIES: {
        const entries = Array.from({ length: this.#count() }, () => this.#entry(false));
        return { kind, viewer, entries };
      }
      default:
        throw new RecordError(`no record is of kind ${kind}`);
    }
  }

  #entry(deleted: boolean): RingEntry {
    const post = this.#id();
    this.#varint();
    return {
      postLow: post.low,
      postHigh: post.high,
      authorLow: this.#low,
      authorHigh: this.#high,
      deleted,
    };
  }

  #count(): number {
    this.#varint();
    if (this.#high !== 0 || this.#low > this.#end - this.#at) {
      throw new RecordError("a list is longer than its frame");
    }
    return this.#low;
  }

  #id(): ViewerHalves {
    return { low: this.#fixed32(), high: this.#fixed32() };
  }

  #fixed32(): number {
    const at = this.#at;
    const bytes = this.#bytes;
    this.#at += 4;
    return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  }

  #varint(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at++];
    let low = byte & 127;
    let high = 0;
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 63) throw new RecordError("a number is longer than 64 bits");
      byte = bytes[at++];
      const bits = byte & 127;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high = bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
    }
    this.#at = at;
    this.#low = low >>> 0;
    this.#high = high >>> 0;
  }
}

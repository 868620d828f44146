/**
 * Writes a message from its last byte to its first: the length that stands before a nested message is
 * then known when it is written, so nothing is measured first or moved later. Fields come out in the
 * order opposite to the calls.
 */
export class BackwardWriter {
  readonly #buffer: Buffer;
  /** Where the written part begins. */
  #position: number;

  /** `capacity`: an upper bound of the message, in bytes. */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
    this.#position = capacity;
  }

  /** Marks the end of a nested message, for `nested`. */
  mark(): number {
    return this.#position;
  }

  /** Makes a nested message of what was written since `mark`. */
  nested(tag: number, mark: number): void {
    this.#varint32(mark - this.#position);
    this.#varint32(tag);
  }

  bytes(tag: number, value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#position);
    this.#varint32(value.length);
    this.#varint32(tag);
  }

  string(tag: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#buffer.write(value, this.#position, length, "utf8");
    this.#varint32(length);
    this.#varint32(tag);
  }

  /** Below 2^32. */
  uint32(tag: number, value: number): void {
    this.#varint32(value);
    this.#varint32(tag);
  }

  /** From 0 to 2^63-1. */
  int64(tag: number, value: bigint): void {
    const low = Number(value & 0xffff_ffffn);
    const high = Number(value >> 32n);
    if (high === 0) this.#varint32(low);
    else this.#varint64(low, high);
    this.#varint32(tag);
  }

  double(tag: number, value: number): void {
    this.#reserve(8);
    this.#buffer.writeDoubleLE(value, this.#position);
    this.#varint32(tag);
  }

  /** The message: a view on memory of its own. */
  finish(): Buffer {
    return this.#buffer.subarray(this.#position);
  }

  #reserve(bytes: number): void {
    if (bytes > this.#position) throw new RangeError("the message is larger than its capacity");
    this.#position -= bytes;
  }

  #varint32(value: number): void {
    let size = 1;
    for (let rest = value >>> 7; rest !== 0; rest >>>= 7) size++;
    this.#reserve(size);
    this.#write(value, size);
  }

  /** The low 28 bits first, then what is left of both halves. */
  #varint64(low: number, high: number): void {
    const middle = ((high << 4) | (low >>> 28)) >>> 0;
    const top = high >>> 28;
    let size = top === 0 ? 4 : 9;
    for (let rest = top === 0 ? middle : 0; rest !== 0; rest >>>= 7) size++;
    this.#reserve(size);
    for (let i = 0; i < size; i++) {
      const bits =
        i < 4 ? low >>> (7 * i) : i < 8 ? middle >>> (7 * (i - 4)) : (top << 4) | (middle >>> 28);
      this.#buffer[this.#position + i] = (bits & 0x7f) | (i < size - 1 ? 0x80 : 0);
    }
  }

  #write(value: number, size: number): void {
    const last = this.#position + size - 1;
    for (let i = this.#position; i < last; i++) {
      this.#buffer[i] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.#buffer[last] = value;
  }
}

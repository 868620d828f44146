/** Records that no bookstore wrote: the file or the row is damaged. */
export class RecordError extends Error {}

/** Reads what a ByteWriter wrote. Throws RecordError at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, from = 0) {
    this.#bytes = bytes;
    this.#at = from;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw new RecordError("a record is cut off");
    return this.#bytes[this.#at++];
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
      if (scale > 2 ** 49) throw new RecordError("a number is too long");
    }
  }

  fixed64(): bigint {
    const at = this.#take(8);
    return (BigInt(this.#bytes.readUInt32LE(at + 4)) << 32n) + BigInt(this.#bytes.readUInt32LE(at));
  }

  ascii(): string {
    const length = this.byte();
    const at = this.#take(length);
    return this.#bytes.toString("latin1", at, at + length);
  }

  text(): string {
    const size = this.varint();
    const at = this.#take(size);
    return this.#bytes.toString("utf8", at, at + size);
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) throw new RecordError("a record is cut off");
    this.#at += size;
    return at;
  }
}

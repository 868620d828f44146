import { joinHalves } from "../halves.ts";

/** Records that no bookstore wrote: the file or the row is damaged. */
export class RecordError extends Error {}

/** Reads what a ByteWriter wrote. Throws RecordError at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at: number;
  #last = 0;

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

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** The number that was before, and the difference that is written. */
  sinceLast(): number {
    this.#last += this.zigzag();
    return this.#last;
  }

  fixed64(): bigint {
    const at = this.#take(8);
    return joinHalves(this.#bytes.readUInt32LE(at), this.#bytes.readUInt32LE(at + 4));
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

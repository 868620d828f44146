import { highHalf, lowHalf } from "../halves.ts";

/** Appends numbers and texts to a buffer that grows, behind room for a header. */
export class ByteWriter {
  readonly #headerBytes: number;
  #bytes: Buffer;
  #length: number;

  constructor(headerBytes: number, firstBytes: number) {
    this.#headerBytes = headerBytes;
    this.#bytes = Buffer.allocUnsafe(firstBytes);
    this.#length = headerBytes;
  }

  /** Bytes written, without the header. */
  get length(): number {
    return this.#length - this.#headerBytes;
  }

  /** Begins anew, in the same memory. */
  clear(): void {
    this.#length = this.#headerBytes;
  }

  /** The header's room and what was written: a view, until `clear`. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53-1, seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7fff_ffff) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number of either sign, small ones in few bytes. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  fixed64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeUInt32LE(lowHalf(value), this.#length);
    this.#length = this.#bytes.writeUInt32LE(highHalf(value), this.#length);
  }

  /** ASCII of at most 127 characters. */
  ascii(text: string): void {
    this.#reserve(text.length + 1);
    this.#bytes[this.#length++] = text.length;
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(text, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

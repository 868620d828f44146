import { BYTES, VARINT } from "../../../model/wire/fields.ts";

/** The bytes are not what protobuf writes. */
export class BrokenBytes extends Error {}

/**
 * The fields of one message in bytes[from..end), one after the other, without an object for any of them:
 * a stream carries hundreds of thousands of operations a second.
 */
export class Fields {
  readonly bytes: Buffer;
  readonly end: number;
  /** Of the field that was read last. */
  number = 0;
  type = 0;
  /** A varint's value, as int64: exact up to 2^53, nearly so beyond. */
  value = 0;
  /** Of a field of bytes. */
  from = 0;
  to = 0;
  #at: number;

  constructor(bytes: Buffer, from: number, end: number) {
    this.bytes = bytes;
    this.end = end;
    this.#at = from;
  }

  /** Reads the next field; false at the end. @throws BrokenBytes */
  next(): boolean {
    if (this.#at === this.end) return false;
    const tag = this.#varint();
    this.number = Math.floor(tag / 8);
    this.type = tag & 7;
    if (this.number < 1) throw new BrokenBytes("a field without a number");
    if (this.type === VARINT) this.value = this.#varint();
    else if (this.type === BYTES) this.#skip(this.#varint());
    else if (this.type === 1) this.#skip(8);
    else if (this.type === 5) this.#skip(4);
    else throw new BrokenBytes(`a field of wire type ${this.type}`);
    return true;
  }

  #skip(length: number): void {
    this.from = this.#at;
    this.to = this.#at + length;
    if (!(length >= 0 && this.to <= this.end)) throw new BrokenBytes("a field is cut off");
    this.#at = this.to;
  }

  #varint(): number {
    const { bytes, end } = this;
    let value = 0;
    let scale = 1;
    const first = this.#at;
    for (let at = first; at < end; at++) {
      const byte = bytes[at];
      // The tenth byte is the sign: a negative int64 is sent as 2^64 less its amount.
      if (at - first === 9) {
        if (byte > 1) throw new BrokenBytes("a number is too long");
        this.#at = at + 1;
        return signed(bytes, first);
      }
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#at = at + 1;
        return value;
      }
      scale *= 128;
    }
    throw new BrokenBytes("a number is cut off");
  }
}

function signed(bytes: Buffer, first: number): number {
  let value = 0n;
  for (let i = 9; i >= 0; i--) value = (value << 7n) | BigInt(bytes[first + i] & 0x7f);
  return Number(BigInt.asIntN(64, value));
}

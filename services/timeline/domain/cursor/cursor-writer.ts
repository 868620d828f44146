import { POST_EPOCH_MS } from "../../../model/ids.ts";
import { mix } from "../../../model/mix.ts";
import { highHalf, lowHalf } from "../halves.ts";
import {
  CHRONOLOGICAL,
  CHRONOLOGICAL_LETTERS,
  CURSOR_VERSION,
  type CursorKind,
  checksumOf,
  PREFIX_BYTES,
  PREFIX_LETTERS,
  type Scroll,
} from "./format.ts";

const LETTERS = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/** Writes the bytes that all cursors of a scroll begin with. */
export function writePrefix(kind: CursorKind, scroll: Scroll, out: Uint8Array): void {
  const view = new DataView(out.buffer, out.byteOffset);
  view.setUint8(0, (CURSOR_VERSION << 4) | kind);
  view.setUint32(1, highHalf(scroll.viewer));
  view.setUint32(5, lowHalf(scroll.viewer));
  const sinceEpochMs = scroll.boundMs - POST_EPOCH_MS;
  const high = Math.floor(sinceEpochMs / 2 ** 32);
  view.setInt16(9, high);
  view.setUint32(11, sinceEpochMs - high * 2 ** 32);
  view.setUint8(15, scroll.incarnation >>> 16);
  view.setUint16(16, scroll.incarnation & 0xffff);
}

/** Writes the chronological cursors of one page: `start` once, then `write` for each entry. */
export class CursorWriter {
  readonly #bytes = new Uint8Array(PREFIX_BYTES);
  readonly #prefix = new Uint8Array(PREFIX_LETTERS);
  #seed = 0;

  start(scroll: Scroll): void {
    writePrefix(CHRONOLOGICAL, scroll, this.#bytes);
    this.#seed = checksumOf(this.#bytes, 0, PREFIX_BYTES, 0);
    for (let i = 0; i < PREFIX_BYTES / 3; i++) {
      const at = 3 * i;
      const bits = (this.#bytes[at] << 16) | (this.#bytes[at + 1] << 8) | this.#bytes[at + 2];
      writeLetters(this.#prefix, 4 * i, bits);
    }
  }

  /** Writes the 40 letters of the cursor at this post id; gives the offset behind them. */
  write(out: Uint8Array, offset: number, high: number, low: number): number {
    for (let i = 0; i < PREFIX_LETTERS; i++) out[offset + i] = this.#prefix[i];
    const checksum = mix(mix(this.#seed, high), low);
    const at = offset + PREFIX_LETTERS;
    writeLetters(out, at, high >>> 8);
    writeLetters(out, at + 4, ((high & 0xff) << 16) | (low >>> 16));
    writeLetters(out, at + 8, ((low & 0xffff) << 8) | (checksum >>> 24));
    writeLetters(out, at + 12, checksum & 0xff_ffff);
    return offset + CHRONOLOGICAL_LETTERS;
  }
}

/** Four letters for 24 bits (RFC 4648, section 5). */
function writeLetters(out: Uint8Array, at: number, bits: number): void {
  out[at] = LETTERS[bits >>> 18];
  out[at + 1] = LETTERS[(bits >>> 12) & 63];
  out[at + 2] = LETTERS[(bits >>> 6) & 63];
  out[at + 3] = LETTERS[bits & 63];
}

/** One chronological cursor as a string: `before` is the id below which to go on, 0n: the newest. */
export function encodeCursor(scroll: Scroll, before: bigint): string {
  const writer = new CursorWriter();
  const out = Buffer.alloc(CHRONOLOGICAL_LETTERS);
  writer.start(scroll);
  writer.write(out, 0, highHalf(before), lowHalf(before));
  return out.toString("latin1");
}

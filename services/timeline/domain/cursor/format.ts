import type { UserId } from "../../../model/ids.ts";
import { mix } from "../../../model/mix.ts";

/**
 * Page tokens and entry cursors: base64url of
 *
 *     version and kind   1 byte: 4 bits each
 *     viewer             8 bytes
 *     retention bound    6 bytes, signed: ms since the post epoch, fixed at the scroll's first page
 *     position           see below
 *     checksum           4 bytes: against damage, not against forgery (the viewer is checked anyway)
 *
 * The first 15 bytes are the same for a whole page, and 15 bytes are exactly 20 letters, so a page
 * encodes them once. The position is 8 bytes, the id below which to go on (0: from the newest), or
 * the frozen order of a ranked page (ranked-cursor.ts).
 */
export const CURSOR_VERSION = 1;
export const CHRONOLOGICAL = 1;
export const RANKED = 2;
export type CursorKind = typeof CHRONOLOGICAL | typeof RANKED;

export const PREFIX_BYTES = 15;
export const PREFIX_LETTERS = 20;
export const ID_BYTES = 8;
export const CHECKSUM_BYTES = 4;
export const CHRONOLOGICAL_BYTES = PREFIX_BYTES + ID_BYTES + CHECKSUM_BYTES;
export const CHRONOLOGICAL_LETTERS = 36;

/** What every cursor of one scroll shares. */
export interface Scroll {
  readonly viewer: UserId;
  /** The oldest time that this scroll shows, ms since the Unix epoch: RETENTION_MS before it began. */
  readonly boundMs: number;
}

/** The checksum of bytes; the last word is padded with zeros. */
export function checksumOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let at = start; at < end; at += 4) {
    let word = 0;
    for (let i = 0; i < 4; i++) word = (word << 8) | (at + i < end ? bytes[at + i] : 0);
    hash = mix(hash, word);
  }
  return hash;
}

import type { UserId } from "../../../model/ids.ts";
import { mix } from "../../../model/mix.ts";

/**
 * Page tokens and entry cursors: base64url of
 *
 *     version and kind   1 byte: 4 bits each
 *     viewer             8 bytes
 *     retention bound    6 bytes, signed: ms since the post epoch, fixed at the scroll's first page
 *     index              3 bytes: the recent index that the page was read from; 0: none
 *     position           see below
 *     checksum           4 bytes: against damage, not against forgery (the viewer is checked anyway)
 *
 * The first 18 bytes are the same for a whole page, and 18 bytes are exactly 24 letters, so a page
 * encodes them once. Version 1 named no index; its tokens are still taken. The position is 8 bytes, the id below which to go on (0: from the newest), or
 * the frozen order of a ranked page (ranked-cursor.ts).
 */
export const CURSOR_VERSION = 2;
const FIRST_VERSION = 1;
export const CHRONOLOGICAL = 1;
export const RANKED = 2;
export type CursorKind = typeof CHRONOLOGICAL | typeof RANKED;

const FIRST_PREFIX_BYTES = 15;
export const PREFIX_BYTES = 18;
export const PREFIX_LETTERS = 24;
export const ID_BYTES = 8;
export const CHECKSUM_BYTES = 4;
export const CHRONOLOGICAL_LETTERS = 40;
/** The shortest there is: a chronological one of the first version. */
export const MIN_BYTES = FIRST_PREFIX_BYTES + ID_BYTES + CHECKSUM_BYTES;
/** Indexes are told apart by numbers below this one. */
export const INCARNATIONS = 2 ** 24;

/** What every cursor of one scroll shares. */
export interface Scroll {
  readonly viewer: UserId;
  /** The oldest time that this scroll shows, ms since the Unix epoch: RETENTION_MS before it began. */
  readonly boundMs: number;
  /** Of the recent index that its last page was read from; 0: none, or nobody knows. */
  readonly incarnation: number;
}

/** Bytes before the position in a token of this version; undefined when there is no such version. */
export function prefixBytesOf(version: number): number | undefined {
  if (version === FIRST_VERSION) return FIRST_PREFIX_BYTES;
  return version === CURSOR_VERSION ? PREFIX_BYTES : undefined;
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

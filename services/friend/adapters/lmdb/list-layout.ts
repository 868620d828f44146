import { bytesOfPairs } from "../../../model/wire/id-pairs.ts";
import { u64Key, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import { NO_IDS } from "../../domain/sorted-ids.ts";

/**
 * How one person's list lies in LMDB: a tree of one or two levels, ids and bounds as pairs of halves.
 *
 *   root   key: user         value: count (u32), ids                 while the list is short
 *                            value: count | DIRECTORY (u32), bounds  when it is longer
 *   chunk  key: user, bound  value: the ids from its bound up to the next chunk's
 *
 * So an ordinary list is one read of half a page, and it has its count. (4 bytes after the count are
 * unused.) Values of more than half a page of 4 KB would go to overflow pages of their own.
 */
export const MAX_CHUNK_IDS = 240;
const HEADER_BYTES = 8;
/** Set in the first word of a root that has bounds in place of ids. */
const DIRECTORY = 0x8000_0000;

export interface ListRoot {
  readonly count: number;
  /** The ids, unless there are bounds. */
  readonly ids: Uint32Array;
  /** Where the chunks begin, ascending; empty while the root has the ids itself. */
  readonly bounds: Uint32Array;
}

export const NO_LIST: ListRoot = { count: 0, ids: NO_IDS, bounds: NO_IDS };

export const rootKey = u64Key;
export const chunkKey = u64PairKey;

export function encodeRoot({ count, ids, bounds }: ListRoot): Buffer {
  const isDirectory = bounds.length > 0;
  const pairs = isDirectory ? bounds : ids;
  const value = Buffer.allocUnsafe(HEADER_BYTES + pairs.byteLength);
  value.writeUInt32LE(isDirectory ? (count | DIRECTORY) >>> 0 : count, 0);
  value.writeUInt32LE(0, 4);
  value.set(bytesOfPairs(pairs), HEADER_BYTES);
  return value;
}

export function decodeCount(root: Buffer): number {
  return (root.readUInt32LE(0) & ~DIRECTORY) >>> 0;
}

export function isDirectory(root: Buffer): boolean {
  return root.readUInt32LE(0) >= DIRECTORY;
}

/** The numbers of a value from a byte on. */
export type Decode = (value: Buffer, from: number) => Uint32Array;

/** A value of LMDB lives only until the next read. */
export const copied: Decode = (value, from) => {
  const pairs = new Uint32Array((value.length - from) / 4);
  copyFrom(value, from, pairs, 0);
  return pairs;
};

/**
 * Of a value that nobody changes, as those of a transaction: a view. Each friend of somebody with a million reads bounds of
 * 66 KB, twice.
 */
export const viewed: Decode = (value, from) => {
  const start = value.byteOffset + from;
  if (start % Uint32Array.BYTES_PER_ELEMENT !== 0) return copied(value, from);
  return new Uint32Array(value.buffer, start, (value.length - from) / 4);
};

export function decodeRoot(root: Buffer, decode: Decode): ListRoot {
  const pairs = decode(root, HEADER_BYTES);
  const list = { count: decodeCount(root), ids: NO_IDS, bounds: NO_IDS };
  return isDirectory(root) ? { ...list, bounds: pairs } : { ...list, ids: pairs };
}

export function encodeChunk(ids: Uint32Array): Buffer {
  const bytes = bytesOfPairs(ids);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Copies the ids (or bounds) of a root to the start of `pairs`. */
export function copyRootPairs(root: Buffer, pairs: Uint32Array): void {
  copyFrom(root, HEADER_BYTES, pairs, 0);
}

/** Copies the ids of a chunk to `pairs[at]` and gives the index behind them. */
export function copyChunk(chunk: Buffer, pairs: Uint32Array, at: number): number {
  copyFrom(chunk, 0, pairs, at);
  return at + chunk.length / 4;
}

/** lmdb's buffer may be longer than the value: only its `length` is right. */
function copyFrom(value: Buffer, start: number, pairs: Uint32Array, at: number): void {
  const source = new Uint8Array(value.buffer, value.byteOffset + start, value.length - start);
  new Uint8Array(pairs.buffer, pairs.byteOffset + at * 4, source.length).set(source);
}

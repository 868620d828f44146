import { bytesOfPairs, ID_BYTES, WireError } from "./id-pairs.ts";

/** In the top bit of a post's id, which has 63: the change tells of its deletion. */
export const DELETED_BIT = 0x8000_0000;
const HIGH_BITS = 0x7fff_ffff;
const HEADER_BYTES = 16;

/** What one row of the post log says, unpacked. Pairs of halves, low first; post i is by author i. */
export interface PostLogContent {
  /** The highest id of all earlier rows of the generation; a row's own may be lower. Of a lost row also its own. */
  readonly highestBefore: bigint;
  readonly authors: Uint32Array;
  /** With DELETED_BIT in the high half where the post was deleted. */
  readonly posts: Uint32Array;
}

export interface LoggedChange {
  readonly postId: bigint;
  readonly authorId: bigint;
  readonly deleted: boolean;
}

/**
 * A row as it is stored and sent: u32 count, u32 0, u64 highest id before; then the authors' ids and
 * the posts', 8 bytes each, little-endian: an owner copies them once, and makes no object of an id.
 */
export function encodePostLogRow(highestBefore: bigint, changes: readonly LoggedChange[]): Buffer {
  const row = Buffer.alloc(HEADER_BYTES + 2 * ID_BYTES * changes.length);
  row.writeUInt32LE(changes.length, 0);
  row.writeBigUInt64LE(highestBefore, 8);
  changes.forEach(({ postId, authorId, deleted }, i) => {
    row.writeBigUInt64LE(authorId, HEADER_BYTES + ID_BYTES * i);
    const bits = deleted ? postId | (1n << 63n) : postId;
    row.writeBigUInt64LE(bits, HEADER_BYTES + ID_BYTES * (changes.length + i));
  });
  return row;
}

/**
 * In place of a row that can't be read any more: it tells of nothing, and that whoever reads it knows of
 * nothing up to `highest`, the highest id that it or any row before it may have had.
 */
export function encodeLostRow(highest: bigint): Buffer {
  return encodePostLogRow(highest, []);
}

/** Throws WireError when the bytes are no row. */
export function decodePostLogRow(packed: Uint8Array): PostLogContent {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const count = packed.length < HEADER_BYTES ? -1 : view.getUint32(0, true);
  if (packed.length !== HEADER_BYTES + 2 * ID_BYTES * count) {
    throw new WireError("packed", `${packed.length} bytes are no row of the post log`);
  }
  return {
    highestBefore: view.getBigUint64(8, true),
    authors: pairsFrom(packed, HEADER_BYTES, count),
    posts: pairsFrom(packed, HEADER_BYTES + ID_BYTES * count, count),
  };
}

/** The highest id of a row and of all before it. */
export function highestOf({ highestBefore, posts }: PostLogContent): bigint {
  let highest = highestBefore;
  for (let i = 0; i < posts.length; i += 2) {
    const id = (BigInt((posts[i + 1] & HIGH_BITS) >>> 0) << 32n) | BigInt(posts[i]);
    if (id > highest) highest = id;
  }
  return highest;
}

/** Copied, for what arrives is aligned to nothing. */
function pairsFrom(packed: Uint8Array, start: number, count: number): Uint32Array {
  const pairs = new Uint32Array(2 * count);
  bytesOfPairs(pairs).set(packed.subarray(start, start + ID_BYTES * count));
  return pairs;
}

const MAGIC = 0xfd2fb528;
const HAS_CHECKSUM = 4;
const IS_SINGLE_SEGMENT = 0x20;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const BLOCK_HEAD_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RLE = 1;

/** As much of a file as tells its length. */
export const HEAD_BYTES = 4 + 1 + 1 + 4 + 8 + BLOCK_HEAD_BYTES;

/**
 * How long a file must be that begins like this and has one frame of Zstandard of one block (RFC 8878, 3.1.1), as
 * blocks of ours have; undefined: it has not, or it is none.
 */
export function packedLength(head: Buffer): number | undefined {
  if (head.length < HEAD_BYTES || head.readUInt32LE(0) !== MAGIC) return undefined;
  const flags = head[4];
  const isSingle = (flags & IS_SINGLE_SEGMENT) !== 0;
  const sizeBytes = isSingle && flags >> 6 === 0 ? 1 : SIZE_BYTES[flags >> 6];
  const at = 5 + (isSingle ? 0 : 1) + DICTIONARY_BYTES[flags & 3] + sizeBytes;
  const block = head.readUIntLE(at, BLOCK_HEAD_BYTES);
  const isLast = (block & 1) === 1;
  const length = ((block >> 1) & 3) === RLE ? 1 : block >> 3;
  const end = at + BLOCK_HEAD_BYTES + length + (flags & HAS_CHECKSUM ? CHECKSUM_BYTES : 0);
  return isLast ? end : undefined;
}

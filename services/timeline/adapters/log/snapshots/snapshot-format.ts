import { crc32 } from "node:zlib";

/**
 * A snapshot file: a header with the position from which the log is still needed, then slices, then
 * an empty slice. A slice holds the rings written in one step, and the position of the log that
 * they include. All in little-endian 32-bit words.
 */
export const SNAPSHOT_NAME = "snapshot.rings";
export const SNAPSHOT_TMP_NAME = "snapshot.tmp";
/** CRC32 of what follows, mark, version, position low and high. */
export const SNAPSHOT_HEADER_BYTES = 20;
/** CRC32 of what follows it, mark, bytes of rings, rings, position low and high. */
export const SLICE_HEADER_BYTES = 24;
const SNAPSHOT_MARK = 0x534e_4150;
const SLICE_MARK = 0x534c_4943;
const VERSION = 1;
const TWO_32 = 2 ** 32;

export interface SliceHeader {
  /** Bytes of the rings that follow. */
  readonly bytes: number;
  /** Zero in the last slice. */
  readonly ringCount: number;
  /** Frames that begin at or above it are not in these rings. */
  readonly position: number;
}

export function writeSnapshotHeader(position: number): Buffer {
  const bytes = Buffer.alloc(SNAPSHOT_HEADER_BYTES);
  bytes.writeUInt32LE(SNAPSHOT_MARK, 4);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(position % TWO_32, 12);
  bytes.writeUInt32LE(Math.floor(position / TWO_32), 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** The position in the header of a snapshot; -1 when it is damaged. */
export function readSnapshotHeader(bytes: Buffer): number {
  if (bytes.length < SNAPSHOT_HEADER_BYTES) return -1;
  const isWhole = crc32(bytes.subarray(4, SNAPSHOT_HEADER_BYTES)) === bytes.readUInt32LE(0);
  if (!isWhole || bytes.readUInt32LE(4) !== SNAPSHOT_MARK) return -1;
  if (bytes.readUInt32LE(8) !== VERSION) return -1;
  return bytes.readUInt32LE(12) + bytes.readUInt32LE(16) * TWO_32;
}

/** Fills the header of a slice whose rings are behind it in `bytes`. */
export function sealSlice(bytes: Buffer, header: SliceHeader): void {
  bytes.writeUInt32LE(SLICE_MARK, 4);
  bytes.writeUInt32LE(header.bytes, 8);
  bytes.writeUInt32LE(header.ringCount, 12);
  bytes.writeUInt32LE(header.position % TWO_32, 16);
  bytes.writeUInt32LE(Math.floor(header.position / TWO_32), 20);
  bytes.writeUInt32LE(crc32(bytes.subarray(4, SLICE_HEADER_BYTES + header.bytes)), 0);
}

/** The header of a slice, not yet checked against its CRC; undefined when it is none. */
export function readSliceHeader(bytes: Buffer): SliceHeader | undefined {
  if (bytes.readUInt32LE(4) !== SLICE_MARK) return undefined;
  return {
    bytes: bytes.readUInt32LE(8),
    ringCount: bytes.readUInt32LE(12),
    position: bytes.readUInt32LE(16) + bytes.readUInt32LE(20) * TWO_32,
  };
}

/** Whether a whole slice, header and rings, is what was written. */
export function isWholeSlice(bytes: Buffer): boolean {
  return crc32(bytes.subarray(4)) === bytes.readUInt32LE(0);
}

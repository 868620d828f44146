import { crc32 } from "node:zlib";

/**
 * A frame is one group of records: one write and one sync. Before the records: CRC32 of all that
 * follows it, a mark, bytes of records, and the position in the whole log where the frame begins.
 */
export const FRAME_HEADER_BYTES = 20;
const MARK = 0x5449_4e47;
const MARK_BYTES = Buffer.from([0x47, 0x4e, 0x49, 0x54]);
const TWO_32 = 2 ** 32;

/** Fills the header of the frame in bytes[0..length): its records are there already. */
export function sealFrame(bytes: Buffer, length: number, position: number): void {
  bytes.writeUInt32LE(MARK, 4);
  bytes.writeUInt32LE(length - FRAME_HEADER_BYTES, 8);
  bytes.writeUInt32LE(position % TWO_32, 12);
  bytes.writeUInt32LE(Math.floor(position / TWO_32), 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(4, length)), 0);
}

/** Where the frame at `offset` ends; -1 when there is no whole frame of this position. */
export function frameEnd(bytes: Buffer, offset: number, position: number): number {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return -1;
  if (bytes.readUInt32LE(offset + 4) !== MARK) return -1;
  const end = offset + FRAME_HEADER_BYTES + bytes.readUInt32LE(offset + 8);
  const framePosition = bytes.readUInt32LE(offset + 12) + bytes.readUInt32LE(offset + 16) * TWO_32;
  if (framePosition !== position || end > bytes.length) return -1;
  return crc32(bytes.subarray(offset + 4, end)) === bytes.readUInt32LE(offset) ? end : -1;
}

/** Whether a whole frame begins at `offset` or behind it; the log's position of bytes[0] is `start`. */
export function hasFrameFrom(bytes: Buffer, offset: number, start: number): boolean {
  let mark = bytes.indexOf(MARK_BYTES, offset + 4);
  while (mark >= 0) {
    if (frameEnd(bytes, mark - 4, start + mark - 4) >= 0) return true;
    mark = bytes.indexOf(MARK_BYTES, mark + 1);
  }
  return false;
}

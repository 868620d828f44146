/** All friends of a person as they were once. */
export interface PackedList {
  /** When its reading began, Unix ms: of what changed before, it has all. */
  readonly readAtMs: number;
  /** Ascending, pairs of halves (model/wire/id-pairs.ts). */
  readonly friends: Uint32Array;
}

/** The time in 6 bytes, the format in 2, then 8 an id, little-endian. */
const HEAD_BYTES = 8;
const TIME_BYTES = 6;
const FORMAT = 1;

export function encodePacked({ readAtMs, friends }: PackedList): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + friends.byteLength);
  bytes.writeUIntLE(Math.floor(readAtMs), 0, TIME_BYTES);
  bytes.writeUInt16LE(FORMAT, TIME_BYTES);
  bytes.set(new Uint8Array(friends.buffer, friends.byteOffset, friends.byteLength), HEAD_BYTES);
  return bytes;
}

/** Undefined for a format that a newer version has written. */
export function decodePacked(bytes: Buffer): PackedList | undefined {
  if (bytes.readUInt16LE(TIME_BYTES) !== FORMAT) return undefined;
  // Copied: the driver's bytes lie anywhere, and pairs have to be aligned.
  const friends = new Uint32Array(Uint8Array.from(bytes.subarray(HEAD_BYTES)).buffer);
  return { readAtMs: bytes.readUIntLE(0, TIME_BYTES), friends };
}

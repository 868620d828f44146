import { crc32 } from "node:zlib";

/** CRC32 of the content, and its bytes: what follows begins at a multiple of 8. */
const HEAD_BYTES = 8;

/** A blob's content as it is stored. */
export function seal(content: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafeSlow(HEAD_BYTES + content.length);
  bytes.writeUInt32LE(crc32(content), 0);
  bytes.writeUInt32LE(content.length, 4);
  bytes.set(content, HEAD_BYTES);
  return bytes;
}

/** The content again: a view. @throws Error naming the blob when a byte is not as it was written */
export function unseal(name: string, bytes: Buffer): Buffer {
  const content = bytes.subarray(HEAD_BYTES);
  const isWhole =
    bytes.length >= HEAD_BYTES &&
    bytes.readUInt32LE(4) === content.length &&
    bytes.readUInt32LE(0) === crc32(content);
  if (!isWhole) throw new Error(`${name} is damaged: put the last backup in its place`);
  return content;
}

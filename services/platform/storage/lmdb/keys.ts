/** Keys sort as bytes, so numbers are written big-endian. */

/** The key of one unsigned 64-bit number. */
export function u64Key(value: bigint): Buffer {
  const key = Buffer.allocUnsafe(8);
  writeU64(key, value, 0);
  return key;
}

/** The key of two unsigned 64-bit numbers, sorted by the first, then the second. */
export function u64PairKey(first: bigint, second: bigint): Buffer {
  const key = Buffer.allocUnsafe(16);
  writeU64(key, first, 0);
  writeU64(key, second, 8);
  return key;
}

/** The number at `offset` of a key. */
export function readU64(key: Uint8Array, offset = 0): bigint {
  const high =
    ((key[offset] << 24) | (key[offset + 1] << 16) | (key[offset + 2] << 8) | key[offset + 3]) >>>
    0;
  const low =
    ((key[offset + 4] << 24) |
      (key[offset + 5] << 16) |
      (key[offset + 6] << 8) |
      key[offset + 7]) >>>
    0;
  return (BigInt(high) << 32n) | BigInt(low);
}

function writeU64(key: Buffer, value: bigint, offset: number): void {
  key.writeUInt32BE(Number(value >> 32n), offset);
  key.writeUInt32BE(Number(value & 0xffffffffn), offset + 4);
}

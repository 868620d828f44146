const TWO_32 = 2 ** 32;

/** The lower 32 bits of an id from 0 to 2^63-1; without a second bigint for all but the largest ids. */
export function lowHalf(id: bigint): number {
  const number = Number(id);
  return number <= Number.MAX_SAFE_INTEGER ? number >>> 0 : Number(id & 0xffff_ffffn);
}

/** The upper 31 bits. */
export function highHalf(id: bigint): number {
  const number = Number(id);
  return number <= Number.MAX_SAFE_INTEGER ? Math.floor(number / TWO_32) : Number(id >> 32n);
}

export function joinHalves(low: number, high: number): bigint {
  return high < 2 ** 21 ? BigInt(high * TWO_32 + low) : (BigInt(high) << 32n) + BigInt(low);
}

/** Ids as two unsigned 32-bit halves, so that hot paths make no bigint an entry. */

export function lowHalf(id: bigint): number {
  return Number(id & 0xffff_ffffn);
}

export function highHalf(id: bigint): number {
  return Number((id >> 32n) & 0xffff_ffffn);
}

export function joinHalves(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Below zero when the first id is the smaller one, zero when they are equal. */
export function compareHalves(highA: number, lowA: number, highB: number, lowB: number): number {
  return highA === highB ? lowA - lowB : highA - highB;
}

/** Math.max knows no bigint. */
export function maxId(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

import { MAX_RANK_CANDIDATES } from "../../../model/limits.ts";
import { writePrefix } from "./cursor-writer.ts";
import { CHECKSUM_BYTES, checksumOf, PREFIX_BYTES, RANKED, type Scroll } from "./format.ts";

/**
 * What is left of a ranked part: ids best first, and the lowest candidate, below which the scroll
 * goes on by time. Encoded as the lowest id (8 bytes), the width of an offset (1), and for each id
 * its offset from the lowest one in that many bytes, so at most 1.6 KB for 200 ids.
 */
export interface FrozenOrder {
  readonly ids: readonly bigint[];
  readonly lowest: bigint;
}

const HEAD_BYTES = 9;
const MAX_BYTES = PREFIX_BYTES + HEAD_BYTES + 8 * MAX_RANK_CANDIDATES + CHECKSUM_BYTES;
export const MAX_RANKED_LETTERS = Math.ceil((MAX_BYTES * 4) / 3);

const scratch = Buffer.alloc(MAX_BYTES);

/** The cursor from which a ranked scroll goes on with the ids of `order` from `from` on. */
export function encodeRankedCursor(scroll: Scroll, order: FrozenOrder, from: number): string {
  writePrefix(RANKED, scroll, scratch);
  scratch.writeBigUInt64BE(order.lowest, PREFIX_BYTES);
  const width = widthOf(order, from);
  scratch[PREFIX_BYTES + 8] = width;
  let at = PREFIX_BYTES + HEAD_BYTES;
  for (let i = from; i < order.ids.length; i++) {
    const offset = order.ids[i] - order.lowest;
    if (width > 6) scratch.writeUIntBE(Number(offset >> 48n), at, width - 6);
    const lowBytes = Math.min(6, width);
    scratch.writeUIntBE(Number(offset & 0xffff_ffff_ffffn), at + width - lowBytes, lowBytes);
    at += width;
  }
  const seed = checksumOf(scratch, 0, PREFIX_BYTES, 0);
  scratch.writeUInt32BE(checksumOf(scratch, PREFIX_BYTES, at, seed), at);
  return scratch.subarray(0, at + CHECKSUM_BYTES).toString("base64url");
}

function widthOf({ ids, lowest }: FrozenOrder, from: number): number {
  let largest = 0n;
  for (let i = from; i < ids.length; i++) {
    if (ids[i] - lowest > largest) largest = ids[i] - lowest;
  }
  let width = 1;
  while (largest >> BigInt(8 * width) > 0n) width++;
  return width;
}

/** Undefined when the bytes are no frozen order. */
export function decodeFrozenOrder(bytes: Buffer): FrozenOrder | undefined {
  const width = bytes[8];
  const count = (bytes.length - HEAD_BYTES) / width;
  if (!(width >= 1 && width <= 8) || !Number.isInteger(count)) return undefined;
  if (count > MAX_RANK_CANDIDATES) return undefined;
  const lowest = bytes.readBigUInt64BE(0);
  const ids = Array.from({ length: count }, (_, i) => {
    const at = HEAD_BYTES + i * width;
    const lowBytes = Math.min(6, width);
    const low = BigInt(bytes.readUIntBE(at + width - lowBytes, lowBytes));
    const high = width > 6 ? BigInt(bytes.readUIntBE(at, width - 6)) : 0n;
    return lowest + ((high << 48n) | low);
  });
  return { ids, lowest };
}

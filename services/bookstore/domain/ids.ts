/**
 * Shards: groups of books that have one owner and one journal. On the embedded engine there is one, on
 * CQL there are 64. An order's id is (place in its home shard's table + 1) * 64 + shard, so that the
 * owner finds it without an index; books and orders are numbers below 2^53.
 */
export const MAX_SHARDS = 64;

/** The shard of a book, of `shardCount` (a power of two). */
export function shardOfBook(bookId: number, shardCount: number): number {
  // The last digit of an ISBN follows from the others.
  let h = (Math.floor(bookId / 10) % 2 ** 32) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) & (shardCount - 1);
}

/** The id of the order at this place of the shard's table. */
export function orderIdOf(slot: number, shard: number): number {
  return (slot + 1) * MAX_SHARDS + shard;
}

/** The home shard in an order's id. */
export function shardOfOrder(orderId: number): number {
  return orderId % MAX_SHARDS;
}

/** The place in its home shard's table; below 0 for what is no order's id. */
export function slotOfOrder(orderId: number): number {
  return Math.floor(orderId / MAX_SHARDS) - 1;
}

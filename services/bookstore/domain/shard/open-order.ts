import type { Line, OrderDraft } from "../orders/order.ts";
import type { OrderTable } from "../orders/order-table.ts";
import {
  isOpening,
  OPENING_PLACED,
  OPENING_RESERVED,
  PLACED,
  REFUSED,
  RESERVED,
} from "../orders/states.ts";
import type { Refusal } from "./refusal.ts";
import type { Shard } from "./shard.ts";
import type { ShardState } from "./shard-state.ts";

/**
 * Opens an order at its home, the shard of its first book. With all books here it is placed, or reserved,
 * at once; else it is opening until `finishOpening`. Resolves to its slot, also of the order that the
 * key stands for already.
 */
export function openOrder(shard: Shard, draft: OrderDraft): number | Refusal {
  const { state, limits, nowMs } = shard;
  const { buyerId, key, lines, ttlMs } = draft;
  const known = state.orders.findKey(buyerId, key);
  if (known >= 0) {
    return isSameRequest(state.orders, known, draft) ? known : { reason: "KEY_REUSED", key };
  }
  if (state.orders.count >= limits.maxOrders) {
    return { reason: "FULL", what: "orders", limit: limits.maxOrders };
  }
  const refusal = refusalOf(state, lines);
  if (refusal) return refusal;
  const expireTimeMs = ttlMs === 0 ? 0 : nowMs + ttlMs;
  const order = { buyerId, key, lines, createTimeMs: nowMs, expireTimeMs };
  const isAllHere =
    state.place.shardCount === 1 || lines.every((line) => state.isLocal(line.bookId));
  const opened = ttlMs === 0 ? PLACED : RESERVED;
  const opening = ttlMs === 0 ? OPENING_PLACED : OPENING_RESERVED;
  shard.tell((to) => to.orderOpened(order, isAllHere ? opened : opening));
  return state.orders.count - 1;
}

/** All parts of an opening order are held, or one of them is not and there will be no order. */
export function finishOpening(shard: Shard, slot: number, isHeld: boolean): void {
  const { state, nowMs } = shard;
  const opening = state.orders.state(slot);
  if (!isOpening(opening)) return;
  const opened = opening === OPENING_PLACED ? PLACED : RESERVED;
  shard.tell((to) => to.orderChanged(slot, isHeld ? opened : REFUSED, nowMs));
}

/** Why these lines cannot be had here; lines of other shards are theirs to look at. */
export function refusalOf(state: ShardState, lines: readonly Line[]): Refusal | undefined {
  for (const { bookId, copies, priceCents } of lines) {
    const book = state.books.get(bookId);
    if (!book) {
      if (state.isLocal(bookId)) return { reason: "NO_BOOK", bookId };
      continue;
    }
    if (book.priceCents !== priceCents) {
      return { reason: "PRICE_CHANGED", bookId, priceCents: book.priceCents };
    }
    if (book.available < copies) {
      return { reason: "OUT_OF_STOCK", bookId, available: book.available };
    }
  }
  return undefined;
}

function isSameRequest(orders: OrderTable, slot: number, draft: OrderDraft): boolean {
  const { lines, ttlMs } = draft;
  if (orders.lineCount(slot) !== lines.length) return false;
  if (orders.expireTimeMs(slot) > 0 !== ttlMs > 0) return false;
  return lines.every((line, i) => {
    const { bookId, copies, priceCents } = orders.line(slot, i);
    return line.bookId === bookId && line.copies === copies && line.priceCents === priceCents;
  });
}

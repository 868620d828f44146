import type { Book, NewBook } from "../books/book.ts";
import type { Line } from "../orders/order.ts";
import type { NewOrder } from "../orders/order-table.ts";
import type { OrderState, Position } from "../orders/states.ts";

/**
 * Everything that can happen to a shard. A shard decides, and then tells one of these to the journal and
 * to itself; after a restart the journal tells the shard the same. The last four tell what stands, from
 * a snapshot.
 */
export interface ShardEvents {
  bookAdded(book: NewBook): void;
  restocked(bookId: number, copies: number, key: string): void;
  priceSet(bookId: number, priceCents: number): void;
  /** The next slot of the shard's table. */
  orderOpened(order: NewOrder, state: OrderState): void;
  orderChanged(slot: number, state: OrderState, atMs: number): void;
  /** The other shards of an order know where it stands. */
  orderSettled(slot: number): void;
  /** Nobody knows any more whose order it was. */
  orderAnonymised(slot: number): void;
  /** Copies set aside for an order whose home is another shard. */
  partHeld(orderId: number, lines: readonly Line[]): void;
  /** Also for an order that was never held here: it will not be held later. */
  partSettled(orderId: number, isSold: boolean): void;

  bookStands(book: Book): void;
  orderStands(order: NewOrder, state: OrderState, isSettled: boolean): void;
  partStands(orderId: number, lines: readonly Line[], position: Position): void;
  /** No later event is earlier than this, Unix ms. */
  timeStands(ms: number): void;
}

/** The kinds of records, one an event. */
export const BOOK_ADDED = 1;
export const RESTOCKED = 2;
export const PRICE_SET = 3;
export const ORDER_OPENED = 4;
export const ORDER_CHANGED = 5;
export const ORDER_SETTLED = 6;
export const PART_HELD = 7;
export const PART_SETTLED = 8;
export const BOOK_STANDS = 9;
export const ORDER_STANDS = 10;
export const PART_STANDS = 11;
export const TIME_STANDS = 12;
export const ORDER_ANONYMISED = 13;

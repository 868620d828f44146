import { MAX_RESTOCK_KEYS, MAX_SETTLED_PARTS } from "../../limits.ts";
import type { Book, NewBook } from "../books/book.ts";
import { shardOfBook } from "../ids.ts";
import { Expiries } from "../orders/expiries.ts";
import type { Line } from "../orders/order.ts";
import { type NewOrder, OrderTable } from "../orders/order-table.ts";
import {
  EXPIRED,
  HELD,
  type OrderState,
  type Position,
  positionOf,
  RESERVED,
  RETURNED,
  SOLD,
} from "../orders/states.ts";
import type { ShardEvents } from "../records/shard-events.ts";
import { moveCopies } from "./move-copies.ts";

/** What this shard holds for an order whose home is another. */
export interface Part {
  readonly lines: readonly Line[];
  readonly position: Position;
}

export interface ShardPlace {
  readonly shard: number;
  /** A power of two. */
  readonly shardCount: number;
}

/**
 * All that a shard knows, changed by its events and by nothing else: the same events in the same order
 * make the same shard, wherever they are replayed.
 */
export class ShardState implements ShardEvents {
  readonly place: ShardPlace;
  readonly books = new Map<number, Book>();
  readonly orders = new OrderTable();
  readonly parts = new Map<number, Part>();
  /** Slots of orders whose other shards may not know yet where the order stands. */
  readonly unsettled = new Set<number>();
  readonly expiries = new Expiries((slot) => this.orders.expireTimeMs(slot));
  /** Unix ms: never goes back, whatever the clocks of its owners say. */
  timeMs = 0;
  readonly #onBook: (book: Book) => void;
  /** Parts that are over, oldest first. */
  readonly #overParts = new Set<number>();

  /** `onBook` hears of every book that comes, also from the journal. */
  constructor(place: ShardPlace, onBook: (book: Book) => void = () => {}) {
    this.place = place;
    this.#onBook = onBook;
  }

  shardOf(bookId: number): number {
    return shardOfBook(bookId, this.place.shardCount);
  }

  isLocal(bookId: number): boolean {
    return this.shardOf(bookId) === this.place.shard;
  }

  /** The other shards of an order. */
  otherShards(slot: number): readonly number[] {
    const shards = new Set<number>();
    for (const { bookId } of this.orders.lines(slot)) {
      if (!this.isLocal(bookId)) shards.add(this.shardOf(bookId));
    }
    return [...shards];
  }

  bookAdded({ copies, ...book }: NewBook): void {
    const counts = { available: copies, reserved: 0, sold: 0, revenueCents: 0 };
    this.bookStands({ ...book, ...counts, restocks: new Map() });
  }

  restocked(bookId: number, copies: number, key: string): void {
    const book = this.#book(bookId);
    book.available += copies;
    book.restocks.set(key, copies);
    if (book.restocks.size <= MAX_RESTOCK_KEYS) return;
    for (const oldest of book.restocks.keys()) {
      book.restocks.delete(oldest);
      break;
    }
  }

  priceSet(bookId: number, priceCents: number): void {
    this.#book(bookId).priceCents = priceCents;
  }

  orderOpened(order: NewOrder, state: OrderState): void {
    const slot = this.#addOrder(order, state);
    const isAllHere = this.#moveLines(order.lines, undefined, positionOf(state));
    if (!isAllHere) this.unsettled.add(slot);
  }

  orderChanged(slot: number, state: OrderState, atMs: number): void {
    this.timeStands(atMs);
    const from = positionOf(this.orders.state(slot));
    const to = positionOf(state);
    this.orders.setState(slot, state);
    if (state === RESERVED) this.expiries.add(slot);
    if (from === to) {
      // The copies were being set aside, and now they all are: nobody needs to be told.
      this.unsettled.delete(slot);
      return;
    }
    const isAllHere = this.#moveLines(this.orders.lines(slot), from, to);
    if (!isAllHere) this.unsettled.add(slot);
  }

  orderSettled(slot: number): void {
    this.unsettled.delete(slot);
  }

  orderAnonymised(slot: number): void {
    this.orders.anonymise(slot);
  }

  partHeld(orderId: number, lines: readonly Line[]): void {
    this.#moveLines(lines, undefined, HELD);
    this.parts.set(orderId, { lines, position: HELD });
  }

  partSettled(orderId: number, isSold: boolean): void {
    const part = this.parts.get(orderId);
    const position = isSold ? SOLD : RETURNED;
    if (part) this.#moveLines(part.lines, part.position, position);
    this.partStands(orderId, part?.lines ?? [], position);
  }

  bookStands(book: Book): void {
    this.books.set(book.bookId, book);
    this.#onBook(book);
  }

  orderStands(order: NewOrder, state: OrderState, isSettled: boolean): void {
    const slot = this.#addOrder(order, state);
    if (!isSettled) this.unsettled.add(slot);
  }

  /** Of a part that was returned only the name is kept: it must not be held when an old call comes late. */
  partStands(orderId: number, lines: readonly Line[], position: Position): void {
    this.parts.set(orderId, { lines: position === RETURNED ? [] : lines, position });
    if (position !== RETURNED) return;
    this.#overParts.add(orderId);
    if (this.#overParts.size <= MAX_SETTLED_PARTS) return;
    for (const oldest of this.#overParts) {
      this.#overParts.delete(oldest);
      this.parts.delete(oldest);
      break;
    }
  }

  timeStands(ms: number): void {
    if (ms > this.timeMs) this.timeMs = ms;
  }

  #addOrder(order: NewOrder, state: OrderState): number {
    this.timeStands(order.createTimeMs);
    const slot = this.orders.add(order, state);
    if (state === RESERVED) this.expiries.add(slot);
    return slot;
  }

  /** Moves the copies of books that are here; true when all are. */
  #moveLines(lines: readonly Line[], from: Position | undefined, to: Position): boolean {
    let isAllHere = true;
    for (const line of lines) {
      if (this.isLocal(line.bookId)) moveCopies(this.#book(line.bookId), line, from, to);
      else isAllHere = false;
    }
    return isAllHere;
  }

  #book(bookId: number): Book {
    const book = this.books.get(bookId);
    if (!book) throw new Error(`shard ${this.place.shard} has no book ${bookId}`);
    return book;
  }
}

/** Whether an order can be seen: all of its shards have agreed. */
export function isVisible(state: OrderState): boolean {
  return state <= EXPIRED;
}

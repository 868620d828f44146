import type { Book, NewBook } from "../books/book.ts";
import type { Line } from "../orders/order.ts";
import type { NewOrder } from "../orders/order-table.ts";
import { HELD, type OrderState, type Position, RETURNED, SOLD } from "../orders/states.ts";
import { ByteWriter } from "./byte-writer.ts";
import * as kinds from "./shard-events.ts";

const FIRST_BYTES = 256;
const POSITION_BYTES: Readonly<Record<Position, number>> = { held: 0, sold: 1, returned: 2 };

/** The position that a byte of a record stands for; undefined for none. */
export function positionAt(byte: number): Position | undefined {
  return ([HELD, SOLD, RETURNED] as const)[byte];
}

/** Writes events as records, one behind the other. */
export class RecordWriter implements kinds.ShardEvents {
  readonly #out: ByteWriter;
  /** The time of the order before: those of a group have the same. */
  #lastMs = 0;

  /** `headerBytes`: room that the journal wants before the records. */
  constructor(headerBytes = 0) {
    this.#out = new ByteWriter(headerBytes, FIRST_BYTES);
  }

  /** Bytes of records. */
  get length(): number {
    return this.#out.length;
  }

  clear(): void {
    this.#out.clear();
    this.#lastMs = 0;
  }

  /** The header's room and the records: a view, until `clear`. */
  view(): Buffer {
    return this.#out.view();
  }

  bookAdded(book: NewBook): void {
    this.#out.byte(kinds.BOOK_ADDED);
    this.#out.varint(book.bookId);
    this.#out.text(book.title);
    this.#out.text(book.author);
    this.#out.varint(book.priceCents);
    this.#out.varint(book.copies);
  }

  restocked(bookId: number, copies: number, key: string): void {
    this.#out.byte(kinds.RESTOCKED);
    this.#out.varint(bookId);
    this.#out.varint(copies);
    this.#out.ascii(key);
  }

  priceSet(bookId: number, priceCents: number): void {
    this.#out.byte(kinds.PRICE_SET);
    this.#out.varint(bookId);
    this.#out.varint(priceCents);
  }

  orderOpened(order: NewOrder, state: OrderState): void {
    this.#out.byte(kinds.ORDER_OPENED);
    this.#order(order, state);
  }

  orderChanged(slot: number, state: OrderState, atMs: number): void {
    this.#out.byte(kinds.ORDER_CHANGED);
    this.#out.varint(slot);
    this.#out.byte(state);
    this.#out.varint(atMs);
  }

  orderSettled(slot: number): void {
    this.#out.byte(kinds.ORDER_SETTLED);
    this.#out.varint(slot);
  }

  orderAnonymised(slot: number): void {
    this.#out.byte(kinds.ORDER_ANONYMISED);
    this.#out.varint(slot);
  }

  partHeld(orderId: number, lines: readonly Line[]): void {
    this.#out.byte(kinds.PART_HELD);
    this.#out.varint(orderId);
    this.#lines(lines);
  }

  partSettled(orderId: number, isSold: boolean): void {
    this.#out.byte(kinds.PART_SETTLED);
    this.#out.varint(orderId);
    this.#out.byte(isSold ? 1 : 0);
  }

  bookStands(book: Book): void {
    this.#out.byte(kinds.BOOK_STANDS);
    this.bookAdded({ ...book, copies: book.available });
    this.#out.varint(book.reserved);
    this.#out.varint(book.sold);
    this.#out.varint(book.revenueCents);
    this.#out.varint(book.restocks.size);
    for (const [key, copies] of book.restocks) {
      this.#out.ascii(key);
      this.#out.varint(copies);
    }
  }

  orderStands(order: NewOrder, state: OrderState, isSettled: boolean): void {
    this.#out.byte(kinds.ORDER_STANDS);
    this.#order(order, state);
    this.#out.byte(isSettled ? 1 : 0);
  }

  partStands(orderId: number, lines: readonly Line[], position: Position): void {
    this.#out.byte(kinds.PART_STANDS);
    this.#out.varint(orderId);
    this.#lines(lines);
    this.#out.byte(POSITION_BYTES[position]);
  }

  timeStands(ms: number): void {
    this.#out.byte(kinds.TIME_STANDS);
    this.#out.varint(ms);
  }

  #order(order: NewOrder, state: OrderState): void {
    this.#out.fixed64(order.buyerId);
    this.#out.ascii(order.key);
    this.#out.byte(state);
    this.#out.zigzag(order.createTimeMs - this.#lastMs);
    this.#lastMs = order.createTimeMs;
    this.#out.varint(order.expireTimeMs === 0 ? 0 : order.expireTimeMs - order.createTimeMs);
    this.#lines(order.lines);
  }

  #lines(lines: readonly Line[]): void {
    this.#out.byte(lines.length);
    for (const line of lines) {
      this.#out.varint(line.bookId);
      this.#out.varint(line.copies);
      this.#out.varint(line.priceCents);
    }
  }
}

import type { NewBook } from "../books/book.ts";
import type { Line } from "../orders/order.ts";
import type { NewOrder } from "../orders/order-table.ts";
import type { OrderState } from "../orders/states.ts";
import { REFUSED } from "../orders/states.ts";
import { ByteReader, RecordError } from "./byte-reader.ts";
import { positionAt } from "./record-writer.ts";
import * as kinds from "./shard-events.ts";

/** Tells `events` every record in bytes[from..). @throws RecordError */
export function replayRecords(bytes: Buffer, from: number, events: kinds.ShardEvents): void {
  const reader = new ByteReader(bytes, from);
  while (!reader.isAtEnd) {
    const kind = reader.byte();
    const read = READERS[kind];
    if (!read) throw new RecordError(`there is no record of kind ${kind}`);
    read(reader, events);
  }
}

type ReadRecord = (reader: ByteReader, events: kinds.ShardEvents) => void;

const READERS: Readonly<Record<number, ReadRecord>> = {
  [kinds.BOOK_ADDED]: (reader, events) => events.bookAdded(readBook(reader)),
  [kinds.RESTOCKED]: (reader, events) =>
    events.restocked(reader.varint(), reader.varint(), reader.ascii()),
  [kinds.PRICE_SET]: (reader, events) => events.priceSet(reader.varint(), reader.varint()),
  [kinds.ORDER_OPENED]: (reader, events) => {
    const { order, state } = readOrder(reader);
    events.orderOpened(order, state);
  },
  [kinds.ORDER_CHANGED]: (reader, events) =>
    events.orderChanged(reader.varint(), readState(reader), reader.varint()),
  [kinds.ORDER_SETTLED]: (reader, events) => events.orderSettled(reader.varint()),
  [kinds.ORDER_ANONYMISED]: (reader, events) => events.orderAnonymised(reader.varint()),
  [kinds.PART_HELD]: (reader, events) => events.partHeld(reader.varint(), readLines(reader)),
  [kinds.PART_SETTLED]: (reader, events) =>
    events.partSettled(reader.varint(), reader.byte() === 1),
  [kinds.BOOK_STANDS]: readStandingBook,
  [kinds.ORDER_STANDS]: (reader, events) => {
    const { order, state } = readOrder(reader);
    events.orderStands(order, state, reader.byte() === 1);
  },
  [kinds.PART_STANDS]: (reader, events) => {
    const orderId = reader.varint();
    const lines = readLines(reader);
    const position = positionAt(reader.byte());
    if (!position) throw new RecordError("a part stands nowhere");
    events.partStands(orderId, lines, position);
  },
  [kinds.TIME_STANDS]: (reader, events) => events.timeStands(reader.varint()),
};

function readBook(reader: ByteReader): NewBook {
  const bookId = reader.varint();
  const title = reader.text();
  const author = reader.text();
  return { bookId, title, author, priceCents: reader.varint(), copies: reader.varint() };
}

function readStandingBook(reader: ByteReader, events: kinds.ShardEvents): void {
  if (reader.byte() !== kinds.BOOK_ADDED) throw new RecordError("a book stands without its name");
  const { copies: available, ...book } = readBook(reader);
  const reserved = reader.varint();
  const sold = reader.varint();
  const revenueCents = reader.varint();
  const restocks = new Map<string, number>();
  for (let left = reader.varint(); left > 0; left--) restocks.set(reader.ascii(), reader.varint());
  events.bookStands({ ...book, available, reserved, sold, revenueCents, restocks });
}

function readOrder(reader: ByteReader): { order: NewOrder; state: OrderState } {
  const buyerId = reader.fixed64();
  const key = reader.ascii();
  const state = readState(reader);
  const createTimeMs = reader.sinceLast();
  const ttlMs = reader.varint();
  const expireTimeMs = ttlMs === 0 ? 0 : createTimeMs + ttlMs;
  return { order: { buyerId, key, lines: readLines(reader), createTimeMs, expireTimeMs }, state };
}

function readState(reader: ByteReader): OrderState {
  const state = reader.byte();
  if (state < 1 || state > REFUSED) throw new RecordError(`an order has no state ${state}`);
  return state as OrderState;
}

function readLines(reader: ByteReader): readonly Line[] {
  return Array.from({ length: reader.byte() }, () => ({
    bookId: reader.varint(),
    copies: reader.varint(),
    priceCents: reader.varint(),
  }));
}

import { BookstoreServiceService, PlaceOrderRequest } from "#gen/bookstore/v1/bookstore.ts";
import { bookNumber } from "../../services/bookstore/testing/books.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";

/** One book that everybody wants, with copies enough for any run. */
export const HOT_BOOK = BigInt(bookNumber(1));
export const COPIES = 1_000_000_000n;
const PRICE_CENTS = 1_999n;

/** Puts the hot book on sale; gives the way to ask how many were sold. */
export async function openHotBook(address: string) {
  const channel = connect(address, { log: createLogger("bench", "warn") });
  const store = createClient(BookstoreServiceService, channel);
  const isbn = String(HOT_BOOK);
  const book = { isbn, title: "Hot", author: "Everybody", priceCents: PRICE_CENTS, copies: COPIES };
  await store.addBook(book);
  return {
    sold: async () => (await store.getBook({ bookId: HOT_BOOK })).book?.soldCopies ?? 0n,
    close: () => channel.close(),
  };
}

/** Each the order of another of 100,000 buyers in turn, under a key of its own. */
export function nextOrder(prefix: string): () => PlaceOrderRequest {
  let number = 0;
  const lines = [{ bookId: HOT_BOOK, copies: 1, priceCents: PRICE_CENTS }];
  return () => {
    number++;
    const buyerId = BigInt(1 + (number % 100_000));
    return { buyerId, lines, idempotencyKey: `${prefix}-${number}` };
  };
}

export function nextMessage(prefix: string): () => Uint8Array {
  const next = nextOrder(prefix);
  return () => PlaceOrderRequest.encode(next()).finish();
}

import type { RestockRequest, RestockResponse } from "#gen/bookstore/v1/bookstore.ts";
import { shardOfBook } from "../../domain/ids.ts";
import { restock as add } from "../../domain/shard/stock.ts";
import { MAX_COPIES_ADDED } from "../../limits.ts";
import { bookId, key, wholeNumber } from "../arguments.ts";
import type { Prepare } from "../prepared.ts";
import { changedBook } from "./changed-book.ts";

/** Adds copies, once a key. */
export const restock: Prepare<RestockRequest, RestockResponse> = (request, shardCount) => {
  const book = bookId("book_id", request.bookId);
  const copies = wholeNumber("copies", request.copies, 1, MAX_COPIES_ADDED);
  const delivery = key("idempotency_key", request.idempotencyKey);
  return {
    shard: shardOfBook(book, shardCount),
    run: ({ ledger }, turn) =>
      changedBook(ledger, turn, (shard) => add(shard, book, copies, delivery)),
  };
};

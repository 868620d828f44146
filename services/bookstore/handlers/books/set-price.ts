import type { SetPriceRequest, SetPriceResponse } from "#gen/bookstore/v1/bookstore.ts";
import { shardOfBook } from "../../domain/ids.ts";
import { setPrice as set } from "../../domain/shard/stock.ts";
import { bookId, price } from "../arguments.ts";
import type { Prepare } from "../prepared.ts";
import { changedBook } from "./changed-book.ts";

/** Changes the price, for orders from now on. */
export const setPrice: Prepare<SetPriceRequest, SetPriceResponse> = (request, shardCount) => {
  const book = bookId("book_id", request.bookId);
  const priceCents = price("price_cents", request.priceCents);
  return {
    shard: shardOfBook(book, shardCount),
    run: ({ ledger }, turn) => changedBook(ledger, turn, (shard) => set(shard, book, priceCents)),
  };
};

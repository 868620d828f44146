import type { AddBookRequest, AddBookResponse } from "#gen/bookstore/v1/bookstore.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import { shardOfBook } from "../../domain/ids.ts";
import { bookIdOf } from "../../domain/isbn.ts";
import { addBook as add } from "../../domain/shard/stock.ts";
import { MAX_AUTHOR_BYTES, MAX_COPIES_ADDED, MAX_TITLE_BYTES } from "../../limits.ts";
import { price, text, wholeNumber } from "../arguments.ts";
import type { Prepare } from "../prepared.ts";
import { changedBook } from "./changed-book.ts";

/** Puts a book on sale. */
export const addBook: Prepare<AddBookRequest, AddBookResponse> = (request, shardCount) => {
  const bookId = bookIdOf(request.isbn);
  if (bookId === undefined) {
    const remedy = "send an ISBN-13 or ISBN-10 with its check digit";
    throw invalidArgument("isbn", `is ${JSON.stringify(request.isbn.slice(0, 100))}`, remedy);
  }
  const book = {
    bookId,
    title: text("title", request.title, MAX_TITLE_BYTES),
    author: text("author", request.author, MAX_AUTHOR_BYTES),
    priceCents: price("price_cents", request.priceCents),
    copies: wholeNumber("copies", request.copies, 0, MAX_COPIES_ADDED),
  };
  return {
    shard: shardOfBook(bookId, shardCount),
    run: ({ ledger }, turn) => changedBook(ledger, turn, (shard) => add(shard, book)),
  };
};

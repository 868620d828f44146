import type { GetBookRequest, GetBookResponse } from "#gen/bookstore/v1/bookstore.ts";
import { shardOfBook } from "../../domain/ids.ts";
import { bookId } from "../arguments.ts";
import { bookMessage } from "../messages/book-message.ts";
import type { Prepare } from "../prepared.ts";
import { refusalError } from "../refusal-error.ts";

/** A book with its stock. */
export const getBook: Prepare<GetBookRequest, GetBookResponse> = (request, shardCount) => {
  const book = bookId("book_id", request.bookId);
  return {
    shard: shardOfBook(book, shardCount),
    run: async ({ ledger }) => {
      const found = await ledger.read(({ state }) => {
        const known = state.books.get(book);
        return known && bookMessage(known);
      });
      if (!found) throw refusalError({ reason: "NO_BOOK", bookId: book });
      return { book: found };
    },
  };
};

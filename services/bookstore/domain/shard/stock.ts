import type { Book, NewBook } from "../books/book.ts";
import type { Refusal } from "./refusal.ts";
import type { Shard } from "./shard.ts";

/** Puts a book on sale, or finds that it is. */
export function addBook(shard: Shard, book: NewBook): Book | Refusal {
  const { state, limits } = shard;
  const { bookId, title, author, priceCents } = book;
  const known = state.books.get(bookId);
  if (known) {
    const isSame =
      known.title === title && known.author === author && known.priceCents === priceCents;
    return isSame ? known : { reason: "BOOK_DIFFERS", bookId };
  }
  if (state.books.size >= limits.maxBooks) {
    return { reason: "FULL", what: "books", limit: limits.maxBooks };
  }
  shard.tell((to) => to.bookAdded(book));
  return state.books.get(bookId) ?? { reason: "NO_BOOK", bookId };
}

/** Adds copies, once a key. */
export function restock(shard: Shard, bookId: number, copies: number, key: string): Book | Refusal {
  const book = shard.state.books.get(bookId);
  if (!book) return { reason: "NO_BOOK", bookId };
  const done = book.restocks.get(key);
  if (done !== undefined) return done === copies ? book : { reason: "KEY_REUSED", key };
  shard.tell((to) => to.restocked(bookId, copies, key));
  return book;
}

export function setPrice(shard: Shard, bookId: number, priceCents: number): Book | Refusal {
  const book = shard.state.books.get(bookId);
  if (!book) return { reason: "NO_BOOK", bookId };
  if (book.priceCents !== priceCents) shard.tell((to) => to.priceSet(bookId, priceCents));
  return book;
}

import type { Book as BookMessage } from "#gen/bookstore/v1/bookstore.ts";
import type { Book } from "../../domain/books/book.ts";

export function bookMessage(book: Book): BookMessage {
  return {
    bookId: BigInt(book.bookId),
    title: book.title,
    author: book.author,
    priceCents: BigInt(book.priceCents),
    availableCopies: BigInt(book.available),
    reservedCopies: BigInt(book.reserved),
    soldCopies: BigInt(book.sold),
    revenueCents: BigInt(book.revenueCents),
  };
}

import type { Book as BookMessage } from "#gen/bookstore/v1/bookstore.ts";
import type { Book } from "../../domain/books/book.ts";
import type { Ledger, Turn } from "../../domain/ledger/ledger.ts";
import type { Refusal } from "../../domain/shard/refusal.ts";
import type { Shard } from "../../domain/shard/shard.ts";
import { bookMessage } from "../messages/book-message.ts";
import { isRefusal, refusalError } from "../refusal-error.ts";

/** Changes a book in its turn; answers with the book as it stood then. */
export async function changedBook(
  ledger: Ledger,
  turn: Turn,
  change: (shard: Shard) => Book | Refusal,
): Promise<{ book: BookMessage }> {
  const result = await ledger.submit((shard) => {
    const changed = change(shard);
    return isRefusal(changed) ? changed : bookMessage(changed);
  }, turn);
  if (isRefusal(result)) throw refusalError(result);
  return { book: result };
}

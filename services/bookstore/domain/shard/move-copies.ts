import type { Book } from "../books/book.ts";
import type { Line } from "../orders/order.ts";
import { HELD, type Position, RETURNED, SOLD } from "../orders/states.ts";

/**
 * Moves the copies of one line between available, reserved and sold; `from` undefined: they are available.
 * The only place where stock changes hands, so no copy is made or lost. Throws rather than oversell.
 */
export function moveCopies(
  book: Book,
  { copies, priceCents }: Line,
  from: Position | undefined,
  to: Position,
): void {
  if (from === undefined) book.available -= copies;
  else if (from === HELD) book.reserved -= copies;
  else if (from === SOLD) {
    book.sold -= copies;
    book.revenueCents -= copies * priceCents;
  } else throw new Error(`copies of book ${book.bookId} that were returned cannot move`);
  if (to === HELD) book.reserved += copies;
  else if (to === RETURNED) book.available += copies;
  else {
    book.sold += copies;
    book.revenueCents += copies * priceCents;
  }
  if (book.available < 0 || book.reserved < 0 || book.sold < 0) {
    throw new Error(`book ${book.bookId} would be oversold`);
  }
}

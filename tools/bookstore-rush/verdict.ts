import type { Book } from "#gen/bookstore/v1/bookstore.ts";
import type { Bought } from "./call.ts";
import { type BookOperation, bookModel } from "./history/book-model.ts";
import { linearize, type Timed } from "./history/linearize.ts";

export interface Run {
  /** Of each book, at the start. */
  readonly copies: number;
  readonly bought: readonly Bought[];
  /** As they stand when all is over. */
  readonly books: readonly Book[];
}

/** What is wrong with a run; nothing: every answer is true. */
export function judge({ copies, bought, books }: Run): readonly string[] {
  return books.flatMap((book) => [
    ...judgeCounts(book, copies, bought),
    ...judgeHistory(book, copies, bought),
  ]);
}

/** No copy is lost or made, none is sold twice, and each brought what its buyer was told. */
export function judgeCounts(
  book: Book,
  copies: number,
  bought: readonly Bought[],
): readonly string[] {
  let sold = 0n;
  let cents = 0n;
  for (const { request, outcome } of bought) {
    if (outcome.kind !== "placed") continue;
    for (const line of request.lines) {
      if (line.bookId !== book.bookId) continue;
      sold += BigInt(line.copies);
      cents += BigInt(line.copies) * line.priceCents;
    }
  }
  const there = book.availableCopies + book.reservedCopies + book.soldCopies;
  const checks: readonly (readonly [string, bigint, bigint])[] = [
    ["copies there are", there, BigInt(copies)],
    ["copies set aside", book.reservedCopies, 0n],
    ["copies sold, by the buyers' answers", book.soldCopies, sold],
    ["cents taken, by the buyers' answers", book.revenueCents, cents],
  ];
  return checks
    .filter(([, seen, expected]) => seen !== expected)
    .map(([what, seen, expected]) => `book ${book.bookId}: ${what}: ${seen}, not ${expected}`);
}

/** Some order of the calls, each between its question and its answer, explains all answers. */
function judgeHistory(book: Book, copies: number, bought: readonly Bought[]): readonly string[] {
  const history = bought.flatMap((one): Timed<BookOperation>[] => {
    const op = operationOn(book.bookId, one);
    return op ? [{ op, startMs: one.startMs, endMs: one.endMs }] : [];
  });
  if (linearize(history, bookModel(copies))) return [];
  return [`book ${book.bookId}: no order of its ${history.length} calls explains their answers`];
}

function operationOn(bookId: bigint, { request, outcome }: Bought): BookOperation | undefined {
  const line = request.lines.find((one) => one.bookId === bookId);
  if (!line) return undefined;
  const { copies } = line;
  if (outcome.kind === "placed") return { kind: "sold", copies };
  if (outcome.bookId !== bookId) return undefined;
  return { kind: "out", copies, available: outcome.available };
}

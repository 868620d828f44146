import { shardOfBook } from "../domain/ids.ts";
import { bookIdOf } from "../domain/isbn.ts";

/** Book ids with right check digits, one for each number from 0. */
export function bookNumber(n: number): number {
  const body = `978${String(n).padStart(9, "0")}`;
  for (let digit = 0; digit < 10; digit++) {
    const id = bookIdOf(body + digit);
    if (id !== undefined) return id;
  }
  throw new Error(`${body} has no check digit`);
}

/** The first `count` books of a shard. */
export function booksOfShard(shard: number, shardCount: number, count: number): readonly number[] {
  const books: number[] = [];
  for (let n = 0; books.length < count; n++) {
    if (shardOfBook(bookNumber(n), shardCount) === shard) books.push(bookNumber(n));
  }
  return books;
}

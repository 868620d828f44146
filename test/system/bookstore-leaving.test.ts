import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookNumber } from "../../services/bookstore/testing/books.ts";
import { present } from "../../services/model/invariant.ts";
import { MOVING_MS } from "../../services/platform/grpc/client/while-moving.ts";
import {
  type DomainError,
  NO_OWNER,
  NOT_OWNER,
} from "../../services/platform/grpc/errors/errors.ts";
import { cqlTitle, runningCql } from "../support/engines/cql-keyspace.ts";
import { BookstorePair } from "../support/mesh/bookstore-pair.ts";

/** Looks are a second apart. */
const LEASE = "10s";
const BOOKS = Array.from({ length: 40 }, (_, i) => BigInt(bookNumber(i)));
const COPIES = 100_000n;
const PRICE_CENTS = 1_999n;
const LANES = 4;
const TITLE = "Leaving";
const address = await runningCql();

describe.skipIf(!address)(
  cqlTitle("two processes of a bookstore, one told to end", address),
  () => {
    let pair: BookstorePair;
    beforeAll(async () => {
      pair = await BookstorePair.start(present(address), LEASE);
      await pair.untilResting();
      const [store] = pair.stores;
      for (const isbn of BOOKS) {
        const book = { isbn: String(isbn), title: TITLE, author: "Ann", copies: COPIES };
        await store.addBook({ ...book, priceCents: PRICE_CENTS });
      }
    });
    afterAll(() => pair?.[Symbol.asyncDispose]());

    test("the other answers every order and every search meanwhile", async () => {
      const [, store] = pair.stores;
      let isOver = false;
      let ordered = 0;
      const orderOf = (lane: number, number: number) => {
        const lines = [number, number + 7].map((i) => {
          return { bookId: BOOKS[i % BOOKS.length], copies: 1, priceCents: PRICE_CENTS };
        });
        return { buyerId: 5n, idempotencyKey: `order-${lane}-${number}`, lines };
      };
      const buying = Array.from({ length: LANES }, async (_, lane) => {
        while (!isOver) {
          const order = orderOf(lane, ordered);
          await answered(() => store.placeOrder(order));
          ordered++;
          const search = { query: TITLE, limit: BOOKS.length };
          const { books } = await answered(() => store.searchBooks(search));
          expect(books).toHaveLength(BOOKS.length);
        }
      });
      const ended = pair.end(0).then((code) => {
        isOver = true;
        return code;
      });
      await Promise.all(buying);
      expect(await ended).toBe(0);
      await pair.untilResting();
      const stored = await Promise.all(BOOKS.map((bookId) => store.getBook({ bookId })));
      const sold = stored.reduce((sum, { book }) => sum + (book?.soldCopies ?? 0n), 0n);
      expect(sold).toBe(2n * BigInt(ordered));
    });
  },
);

/**
 * The answer. A call waits for the next owner of a shard, and a database may take longer to give it one: only who has
 * waited so long asks again.
 */
async function answered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    const beganMs = performance.now();
    try {
      return await call();
    } catch (error) {
      const { reason } = error as Partial<DomainError>;
      const isMoving = reason === NO_OWNER || reason === NOT_OWNER;
      if (!isMoving || performance.now() - beganMs < MOVING_MS) throw error;
    }
  }
}

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OrderState } from "#gen/bookstore/v1/bookstore.ts";
import { bookNumber } from "../../services/bookstore/testing/books.ts";
import { present } from "../../services/model/invariant.ts";
import { rush } from "../../tools/bookstore-rush/run.ts";
import { judge, judgeCounts } from "../../tools/bookstore-rush/verdict.ts";
import { untilAnswered } from "../../tools/mesh/until-answered.ts";
import { cqlTitle, runningCql } from "../support/engines/cql-keyspace.ts";
import { BookstorePair } from "../support/mesh/bookstore-pair.ts";

const COPIES = 10;
const PRICE_CENTS = 1_999n;
/** Short, so that a book has an owner again soon; still longer than a renewal takes where the database is slow. */
const LEASE = "5s";
const PATIENCE = { passing: ["UNAVAILABLE", "DEADLINE_EXCEEDED"], maxTries: 5_000, waitMs: 20 };
const address = await runningCql();

describe.skipIf(!address)(cqlTitle("two processes of a bookstore, one killed", address), () => {
  let pair: BookstorePair;
  beforeAll(async () => {
    pair = await BookstorePair.start(present(address), LEASE);
  });
  afterAll(() => pair?.[Symbol.asyncDispose]());

  /** The owner that is asked is killed with the first answers, and comes back; buyers go on at the other. */
  async function rushWhileKilled(linesPerOrder: number) {
    let reached = 0;
    const store = {
      address: "both",
      store: () => pair.stores[reached],
      crash: async () => {
        const killed = reached;
        reached = 1 - reached;
        await pair.kill(killed);
        await pair.spawn(killed);
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const done = await rush(store, {
      ...{ buyers: 200, books: 20, copies: COPIES, linesPerOrder, seed: 7 },
      ...{ kills: 1, atOnce: 200, timeoutMs: 100_000 },
    });
    expect(done.kills).toBe(1);
    expect(done.bought.some(({ retries }) => retries > 0)).toBe(true);
    return { copies: COPIES, ...done };
  }

  test("orders of one book: the other takes over, and every answer stays true", async () => {
    expect(judge(await rushWhileKilled(1))).toEqual([]);
  });

  // An order of several shards sets copies aside while it is decided, and others may be refused for these: so no
  // order of the calls explains each refusal, and what must hold is what is counted.
  test("orders of several: nothing is oversold, and no order is lost or taken twice", async () => {
    const { books, bought } = await rushWhileKilled(3);
    expect(books.flatMap((book) => judgeCounts(book, COPIES, bought))).toEqual([]);
  });

  test("what the killed one had reserved is confirmed, or expires, at its successor", async () => {
    const isbns = [1, 2, 3, 4, 5, 6].map((i) => bookNumber(8_000_000 + i));
    const [killed, other] = pair.stores;
    for (const isbn of isbns) {
      const book = { isbn: String(isbn), title: "Kept", author: "Ann", copies: 1n };
      await until(() => other.addBook({ ...book, priceCents: PRICE_CENTS }));
    }
    const reserve = (isbn: number, ttlMs: bigint) => {
      const lines = [{ bookId: BigInt(isbn), copies: 1, priceCents: PRICE_CENTS }];
      const idempotencyKey = `kept-${isbn}`;
      return until(() => killed.reserve({ buyerId: 5n, lines, idempotencyKey, ttlMs }));
    };
    const kept = await Promise.all(isbns.slice(0, 3).map((isbn) => reserve(isbn, 600_000n)));
    await Promise.all(isbns.slice(3).map((isbn) => reserve(isbn, 1_000n)));
    await pair.kill(0);
    for (const { order } of kept) {
      const { orderId } = present(order);
      const confirmed = await until(() => other.confirm({ orderId, buyerId: 5n }));
      expect(confirmed.order?.state).toBe(OrderState.PLACED);
    }
    const counts = async () => {
      const books = await Promise.all(
        isbns.map((isbn) => other.getBook({ bookId: BigInt(isbn) }).catch(() => undefined)),
      );
      return books.map((one) => one?.book && [one.book.availableCopies, one.book.soldCopies]);
    };
    const [sold, back] = [
      [0n, 1n],
      [1n, 0n],
    ];
    const wanted = [sold, sold, sold, back, back, back];
    await expect.poll(counts, { timeout: 100_000, interval: 100 }).toEqual(wanted);
  });
});

/** The answer, once somebody owns what is asked about. */
function until<T>(call: () => Promise<T>): Promise<T> {
  return untilAnswered(call, PATIENCE);
}

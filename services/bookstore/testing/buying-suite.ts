import { expect, it } from "vitest";
import { OrderState } from "#gen/bookstore/v1/bookstore.ts";
import {
  type BookstoreWorld,
  line,
  PRICE,
  type SentLine,
  StoreUnderTest,
} from "./store-under-test.ts";

/** What the bookstore promises whoever buys, on any engine. */
export function buyingSuite(open: () => Promise<BookstoreWorld>): void {
  const shop = new StoreUnderTest(open);

  it("sells the last copies once, to a hundred buyers at once", async () => {
    const { buyerId } = shop;
    const bookId = await shop.book(10n);
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        shop.client.placeOrder({
          buyerId: buyerId + BigInt(i),
          idempotencyKey: "k",
          lines: [line(bookId)],
        }),
      ),
    );
    const refused = answers.filter((answer) => answer.status === "rejected");
    expect(refused).toHaveLength(90);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        code: "FAILED_PRECONDITION",
        reason: "OUT_OF_STOCK",
        metadata: { book_id: String(bookId), available: "0" },
      });
    }
    expect(await shop.counts(bookId)).toEqual([0n, 0n, 10n]);
  });

  it("buys several books in one order, or none of them", async () => {
    const { buyerId } = shop;
    const one = await shop.book(5n);
    const two = await shop.book(1n, one);
    const { order } = await shop.place("both", line(two), line(one, 2));
    const lines = [line(one, 2), line(two)].sort((a, b) => Number(a.bookId - b.bookId));
    expect(order).toMatchObject({ lines, totalCents: 3n * PRICE, state: OrderState.PLACED });
    await expect(shop.place("again", line(one), line(two))).rejects.toMatchObject({
      reason: "OUT_OF_STOCK",
      metadata: { book_id: String(two) },
    });
    await shop.service.settle();
    expect(await shop.counts(one)).toEqual([3n, 0n, 2n]);
    expect(await shop.counts(two)).toEqual([0n, 0n, 1n]);
    await shop.client.cancelOrder({ buyerId, orderId: order?.orderId ?? 0n });
    await shop.service.settle();
    expect(await shop.counts(one)).toEqual([5n, 0n, 0n]);
    expect(await shop.counts(two)).toEqual([1n, 0n, 0n]);
  });

  it("never sells a part, though many want the same two books in either order", async () => {
    const { buyerId } = shop;
    const one = await shop.book(5n);
    const two = await shop.book(5n, one);
    const answers = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        shop.client.placeOrder({
          buyerId: buyerId + BigInt(i),
          idempotencyKey: "k",
          lines: i % 2 === 0 ? [line(one), line(two)] : [line(two), line(one)],
        }),
      ),
    );
    const sold = BigInt(answers.filter(({ status }) => status === "fulfilled").length);
    await shop.service.settle();
    expect(sold).toBeGreaterThan(0n);
    expect(await shop.counts(one)).toEqual([5n - sold, 0n, sold]);
    expect(await shop.counts(two)).toEqual([5n - sold, 0n, sold]);
  });

  it("gives a repeated key the same order, and refuses another order under it", async () => {
    const bookId = await shop.book(5n);
    const both = await Promise.all([shop.place("k", line(bookId)), shop.place("k", line(bookId))]);
    expect(both[0].order?.orderId).toBe(both[1].order?.orderId);
    await expect(shop.place("k", line(bookId, 2))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    expect(await shop.counts(bookId)).toEqual([4n, 0n, 1n]);
  });

  it("refuses a price that the buyer was not shown, and says the new one", async () => {
    const bookId = await shop.book(5n);
    await shop.client.setPrice({ bookId, priceCents: 2_500n });
    await expect(shop.place("k", line(bookId))).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "PRICE_CHANGED",
      metadata: { book_id: String(bookId), price_cents: "2500" },
    });
  });

  it("answers each of many orders by itself", async () => {
    const { buyerId } = shop;
    const one = await shop.book(2n);
    const two = await shop.book(1n, one);
    const order = (idempotencyKey: string, ...lines: SentLine[]) => ({
      ...{ buyerId, idempotencyKey, lines },
    });
    const { results } = await shop.client.placeOrders({
      orders: [
        order("a", line(one)),
        order("b", line(one), line(two)),
        order("c", line(one)),
        order("d"),
        order("a", line(one)),
        order("e", line(two, 1_001)),
      ],
    });
    const seen = results.map(({ outcome }) =>
      outcome?.$case === "error" ? outcome.value.reason || outcome.value.code : outcome?.$case,
    );
    // b and c may overtake each other: b waits for its other shard.
    expect([...seen.slice(1, 3)].sort()).toEqual(["OUT_OF_STOCK", "placed"]);
    expect([seen[0], ...seen.slice(3)]).toEqual(["placed", 3, "placed", 3]);
    const id = (i: number) => {
      const { outcome } = results[i];
      return outcome?.$case === "placed" ? outcome.value.orderId : 0n;
    };
    expect(id(4)).toBe(id(0));
  });

  it("adds a book once, and deliveries once a key", async () => {
    const bookId = await shop.book(1n);
    const same = { isbn: String(bookId), author: "Ann", priceCents: PRICE, copies: 100n };
    const { book: again } = await shop.client.addBook({ ...same, title: `Book ${shop.number}` });
    expect(again?.availableCopies).toBe(1n);
    await expect(shop.client.addBook({ ...same, title: "Another" })).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      reason: "BOOK_DIFFERS",
    });
    for (const key of ["d1", "d1", "d2"]) {
      await shop.client.restock({ bookId, copies: 5n, idempotencyKey: key });
    }
    expect(await shop.counts(bookId)).toEqual([11n, 0n, 0n]);
  });

  it("finds books by words and ISBN, with their stock", async () => {
    const bookId = await shop.book(4n);
    const search = async (query: string) => {
      const { books } = await shop.client.searchBooks({ query, limit: 1 });
      return books[0];
    };
    expect(await search(`book ${shop.number} ann`)).toMatchObject({ bookId, availableCopies: 4n });
    expect(await search(String(bookId))).toMatchObject({ bookId });
    expect(await search("nobody wrote this")).toBeUndefined();
  });
}

import { expect, it } from "vitest";
import { OrderState } from "#gen/bookstore/v1/bookstore.ts";
import { type BookstoreWorld, line, StoreUnderTest } from "./store-under-test.ts";

/** Ends in no test, however slow the machine. */
const LONG_TTL_MS = 600_000n;

/** What the bookstore promises about orders that it keeps, on any engine. */
export function keepingSuite(open: () => Promise<BookstoreWorld>): void {
  const shop = new StoreUnderTest(open);

  it("reserves, then sells, gives back, or lets expire", async () => {
    const { buyerId } = shop;
    const one = await shop.book(3n);
    const two = await shop.book(3n, one);
    const reserve = (idempotencyKey: string, ttlMs: bigint) =>
      shop.client.reserve({ buyerId, idempotencyKey, lines: [line(one), line(two)], ttlMs });
    const confirmed = (await reserve("confirmed", LONG_TTL_MS)).order?.orderId ?? 0n;
    const released = (await reserve("released", LONG_TTL_MS)).order?.orderId ?? 0n;
    expect(await shop.counts(one)).toEqual([1n, 2n, 0n]);
    expect(await shop.counts(two)).toEqual([1n, 2n, 0n]);
    // On a slow machine it is over before its answer is here: nothing is asked of it until then.
    const expired = (await reserve("expired", 1_000n)).order?.orderId ?? 0n;
    await shop.client.confirm({ orderId: confirmed, buyerId });
    await shop.client.confirm({ orderId: confirmed, buyerId });
    await shop.client.release({ orderId: released, buyerId });
    await expect(shop.client.confirm({ orderId: released, buyerId })).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "RELEASED",
    });
    await expect.poll(() => shop.counts(one), { timeout: 100_000 }).toEqual([2n, 0n, 1n]);
    await expect.poll(() => shop.counts(two), { timeout: 100_000 }).toEqual([2n, 0n, 1n]);
    await expect(shop.client.confirm({ orderId: expired, buyerId })).rejects.toMatchObject({
      reason: "EXPIRED",
    });
    const { orders, nextPageToken } = await shop.client.listOrders({
      buyerId,
      limit: 0,
      pageToken: "",
    });
    expect(orders.map(({ state }) => state)).toEqual([
      OrderState.EXPIRED,
      OrderState.RELEASED,
      OrderState.PLACED,
    ]);
    expect(nextPageToken).toBe("");
  });

  it("lists a buyer's orders page by page, newest first, over all books", async () => {
    const { buyerId } = shop;
    const books = [await shop.book(9n), await shop.book(9n), await shop.book(9n)];
    const placed: bigint[] = [];
    for (let i = 0; i < 7; i++) {
      const { order } = await shop.place(`k${i}`, line(books[i % 3]));
      placed.unshift(order?.orderId ?? 0n);
    }
    const listed: bigint[] = [];
    let pageToken = "";
    do {
      const page = await shop.client.listOrders({ buyerId, limit: 3, pageToken });
      listed.push(...page.orders.map(({ orderId }) => orderId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(listed).toEqual(placed);
  });

  it("takes a page token only for the list that gave it", async () => {
    const { buyerId, client } = shop;
    const book = await shop.book(9n);
    for (const key of ["a", "b", "c"]) await shop.place(key, line(book));
    const { nextPageToken } = await client.listOrders({ buyerId, limit: 1, pageToken: "" });
    const order = await client.listOrders({ buyerId, limit: 1, pageToken: nextPageToken });
    const [{ createTimeMs, orderId }] = order.orders;
    const wrong = { code: "INVALID_ARGUMENT", violations: [{ field: "page_token" }] };
    const own = { buyerId, limit: 1 };
    for (const [asked, pageToken] of [
      [{ ...own, buyerId: buyerId + 1n }, nextPageToken],
      [own, `${createTimeMs}-${orderId}`],
      [own, "5-5"],
    ] as const) {
      await expect(client.listOrders({ ...asked, pageToken }), pageToken).rejects.toMatchObject(
        wrong,
      );
    }
    const erase = client.listOrdersToErase({ ...own, pageToken: nextPageToken });
    await expect(erase).rejects.toMatchObject(wrong);
  });

  it("keeps everything over a restart", async () => {
    const { buyerId } = shop;
    const one = await shop.book(3n);
    const two = await shop.book(3n, one);
    const { order } = await shop.place("k", line(one), line(two));
    const orderId = order?.orderId ?? 0n;
    await shop.client.reserve({
      buyerId,
      idempotencyKey: "r",
      lines: [line(one)],
      ttlMs: LONG_TTL_MS,
    });
    await shop.service.settle();
    await shop.stop();
    await shop.start();
    expect(await shop.counts(one)).toEqual([1n, 1n, 1n]);
    expect(await shop.counts(two)).toEqual([2n, 0n, 1n]);
    expect((await shop.place("k", line(one), line(two))).order?.orderId).toBe(orderId);
    expect((await shop.client.getOrder({ orderId, buyerId })).order).toEqual(order);
    expect((await shop.client.searchBooks({ query: String(one), limit: 0 })).books).toHaveLength(1);
  });

  it("shows an order to its buyer only", async () => {
    const { buyerId } = shop;
    const { order } = await shop.place("k", line(await shop.book(1n)));
    const stranger = { orderId: order?.orderId ?? 0n, buyerId: buyerId + 1n };
    for (const call of [
      shop.client.getOrder,
      shop.client.cancelOrder,
      shop.client.confirm,
      shop.client.release,
    ]) {
      await expect(call(stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });

  it("forgets whose orders were, with copies and money as they are, over a restart too", async () => {
    const { buyerId } = shop;
    const books = [await shop.book(9n), await shop.book(9n)];
    const other = await shop.book(9n, books[0]);
    const placed = [];
    for (let i = 0; i < 5; i++) placed.push(await shop.place(`k${i}`, line(books[i % 2])));
    placed.push(await shop.place("both", line(books[0]), line(other)));
    await shop.client.cancelOrder({ orderId: placed[0].order?.orderId ?? 0n, buyerId });
    const lines = [line(books[0], 2)];
    await shop.client.reserve({ buyerId, idempotencyKey: "r", lines, ttlMs: 1_000n });
    const tooMany = [line(books[0]), line(other, 900)];
    const failed = shop.client.placeOrder({ buyerId, idempotencyKey: "no", lines: tooMany });
    await expect(failed).rejects.toMatchObject({ reason: "OUT_OF_STOCK" });
    const stranger = { buyerId: buyerId + 1n, idempotencyKey: "k", lines: [line(books[0])] };
    const { order: theirs } = await shop.client.placeOrder(stranger);
    await shop.service.settle();
    const found = async (pageToken = ""): Promise<bigint[]> => {
      const page = await shop.client.listOrdersToErase({ buyerId, limit: 2, pageToken });
      const { orderIds, nextPageToken } = page;
      return nextPageToken === "" ? orderIds : [...orderIds, ...(await found(nextPageToken))];
    };
    const all = await found();
    expect(all.length).toBeGreaterThanOrEqual(7);
    const book = async () => (await shop.client.getBook({ bookId: books[1] })).book;
    const before = await book();
    // The newest first, then from the middle: the rest must be found all the same.
    for (const orderId of [all[0], all[3], all[1]]) {
      expect(await shop.client.anonymiseOrder({ orderId, buyerId })).toEqual({ changed: true });
    }
    const strangers = { orderId: theirs?.orderId ?? 0n, buyerId };
    expect(await shop.client.anonymiseOrder(strangers)).toEqual({ changed: false });
    const rest = all.filter((id) => ![all[0], all[3], all[1]].includes(id));
    expect(await found()).toEqual(rest);
    await shop.stop();
    await shop.start();
    expect(await found()).toEqual(rest);
    await Promise.all(rest.map((orderId) => shop.client.anonymiseOrder({ orderId, buyerId })));
    for (const orderId of all) {
      expect(await shop.client.anonymiseOrder({ orderId, buyerId })).toEqual({ changed: false });
      const asked = shop.client.getOrder({ orderId, buyerId });
      await expect(asked).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    expect(await found()).toEqual([]);
    expect((await shop.client.listOrders({ buyerId, limit: 0, pageToken: "" })).orders).toEqual([]);
    expect(await book()).toEqual(before);
    // What was set aside comes back by itself.
    await expect.poll(() => shop.counts(books[0]), { timeout: 100_000 }).toEqual([5n, 0n, 4n]);
    expect((await shop.client.getOrder({ ...strangers, buyerId: buyerId + 1n })).order).toEqual(
      theirs,
    );
    const again = await shop.place("k1", line(books[1]));
    expect(again.order?.orderId).not.toBe(placed[1].order?.orderId);
    expect(await found()).toEqual([again.order?.orderId]);
  });

  it("tells who wants too much at once to come back, and says when", async () => {
    await shop.stop();
    await shop.start({ TIDINGS_BOOKSTORE_MAX_WAITING: "1", TIDINGS_BOOKSTORE_MAX_GROUP: "1" });
    const bookId = await shop.book(1_000n);
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => shop.place(`k${i}`, line(bookId))),
    );
    const refused = answers.filter((answer) => answer.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL" });
      expect(reason.retryAfterMs).toBeGreaterThan(0);
    }
    expect((await shop.counts(bookId))[2]).toBe(BigInt(50 - refused.length));
    await shop.stop();
    await shop.start();
  });
}

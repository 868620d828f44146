import { expect, it } from "vitest";
import { PersonState } from "#gen/bookstore/v1/bookstore.ts";
import { present } from "../../model/invariant.ts";
import { type BookstoreWorld, line, StoreUnderTest } from "./store-under-test.ts";

/** What becomes of buyers who are hidden or erased, on any engine. */
export function goneSuite(open: () => Promise<BookstoreWorld>): void {
  const shop = new StoreUnderTest(open);

  it("who is hidden or erased begins no order; what was ordered stays, and who is back buys again", async () => {
    const { buyerId } = shop;
    const bookId = await shop.book(10n);
    const lines = [line(bookId)];
    const order = (buyer: bigint, key: string) => ({ buyerId: buyer, idempotencyKey: key, lines });
    const before = present((await shop.client.placeOrder(order(buyerId, "before"))).order);
    const set = (state: PersonState, change = 0n) =>
      shop.client.setPersonState({ buyerId, state, change });
    const refused = { code: "FAILED_PRECONDITION" };
    for (const [i, state] of [PersonState.HIDDEN, PersonState.ERASED].entries()) {
      expect(await set(state)).toEqual({ change: BigInt(i + 1) });
      await expect(shop.client.placeOrder(order(buyerId, "a"))).rejects.toMatchObject(refused);
      const reserving = shop.client.reserve({ ...order(buyerId, "b"), ttlMs: 60_000n });
      await expect(reserving).rejects.toMatchObject(refused);
      const orders = [order(buyerId, "c"), order(buyerId + 1n, `c${i}`)];
      const { results } = await shop.client.placeOrders({ orders });
      expect(results.map(({ outcome }) => outcome?.$case)).toEqual(["error", "placed"]);
      expect(results[0].outcome?.value).toMatchObject({ code: 9 });
    }
    const { orderId } = before;
    expect((await shop.client.getOrder({ buyerId, orderId })).order).toMatchObject({ orderId });
    expect(await shop.counts(bookId)).toEqual([7n, 0n, 3n]);
    expect(await set(PersonState.VISIBLE, 3n)).toEqual({ change: 3n });
    expect(await set(PersonState.HIDDEN, 2n)).toEqual({ change: 3n });
    await shop.client.placeOrder(order(buyerId, "after"));
    await expect(set(PersonState.UNSPECIFIED)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
}

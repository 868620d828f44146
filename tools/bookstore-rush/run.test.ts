import { expect, it } from "vitest";
import { Book, type PlaceOrderRequest } from "#gen/bookstore/v1/bookstore.ts";
import type { Store } from "./call.ts";
import { rush } from "./run.ts";
import { judge } from "./verdict.ts";

/** How often books are looked at before what was decided is in them. */
const LOOKS = 3;

/** A store of one copy each, whose shards learn later of an order that was answered. */
function slowlySettled(): Store {
  let looks = 0;
  let sold = 0n;
  const getBook = async ({ bookId }: { readonly bookId: bigint }) => {
    const isSettled = ++looks > LOOKS;
    const book = Book.fromPartial({
      ...{ bookId, availableCopies: 1n - sold },
      ...(isSettled ? { soldCopies: sold, revenueCents: 1_999n * sold } : { reservedCopies: sold }),
    });
    return { book };
  };
  const placeOrder = async (_: PlaceOrderRequest) => {
    looks = 0;
    sold = 1n;
    return { order: { orderId: 1n, totalCents: 1_999n } };
  };
  return { addBook: async () => ({}), getBook, placeOrder } as unknown as Store;
}

it("is judged once what was decided has reached every book", async () => {
  const store = slowlySettled();
  const { bought, books } = await rush(
    {
      ...{ address: "here", store: () => store, crash: async () => {} },
      [Symbol.asyncDispose]: async () => {},
    },
    {
      ...{ buyers: 1, books: 1, copies: 1, linesPerOrder: 1, seed: 1 },
      ...{ kills: 0, atOnce: 1, timeoutMs: 60_000 },
    },
  );
  expect(judge({ copies: 1, bought, books })).toEqual([]);
});

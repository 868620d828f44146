import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlaceOrdersRequest, PlaceOrdersResponse } from "#gen/bookstore/v1/bookstore.ts";
import { orderIdOf } from "../../domain/ids.ts";
import { totalCents } from "../../domain/orders/order.ts";
import { OrderTable } from "../../domain/orders/order-table.ts";
import { PLACED } from "../../domain/orders/states.ts";
import { bookNumber } from "../../testing/books.ts";
import { stateMessage } from "../messages/order-message.ts";
import { checkOrders, errorResult } from "../orders/checked.ts";
import type { Placed } from "../orders/place-all.ts";
import { decodeOrders } from "./decode-orders.ts";
import { encodeAnswers } from "./encode-answers.ts";

const int64 = (min: bigint, max: bigint) => fc.bigInt({ min, max });
const line = fc.record({
  bookId: fc.oneof(
    fc.nat(3).map((n) => BigInt(bookNumber(n))),
    int64(-(2n ** 63n), 2n ** 63n - 1n),
  ),
  copies: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer()),
  priceCents: fc.oneof(int64(0n, 100_000_000n), int64(-1n, 2n ** 63n - 1n)),
});
const order = fc.record({
  buyerId: fc.oneof(int64(1n, 1_000n), int64(-1n, 2n ** 63n - 1n)),
  lines: fc.array(line, { maxLength: 3 }),
  idempotencyKey: fc.oneof(fc.stringMatching(/^[!-~]{1,64}$/), fc.string({ maxLength: 70 })),
});

describe("PlaceOrders on the wire", () => {
  it("is read as the generated decoder and the checks of one order read it", () => {
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 5 }), (orders) => {
        const bytes = Buffer.from(PlaceOrdersRequest.encode({ orders }).finish());
        expect(decodeOrders(bytes)).toEqual(checkOrders(PlaceOrdersRequest.decode(bytes)));
      }),
    );
  });

  it("that is cut off anywhere is refused, or has fewer orders", () => {
    const one = {
      buyerId: 300n,
      idempotencyKey: "key",
      lines: [{ bookId: BigInt(bookNumber(1)), copies: 1, priceCents: 300n }],
    };
    const bytes = Buffer.from(PlaceOrdersRequest.encode({ orders: [one, one] }).finish());
    for (let end = 1; end < bytes.length; end++) {
      const cut = bytes.subarray(0, end);
      if (end === bytes.length / 2) expect(decodeOrders(cut)).toHaveLength(1);
      else expect(() => decodeOrders(cut)).toThrow("PlaceOrdersRequest");
    }
  });

  it("is answered as the generated encoder answers", () => {
    const price = fc.constantFrom(0, 1, 127, 128, 100_000_000);
    fc.assert(
      fc.property(fc.array(price, { maxLength: 5 }), (prices) => {
        const orders = new OrderTable();
        const error = errorResult(new Error("no"));
        const answers = prices.map((priceCents, i): Placed => {
          const lines = [{ bookId: bookNumber(1), copies: 1_000, priceCents }];
          const times = { createTimeMs: 1, expireTimeMs: 0 };
          const slot = orders.add({ buyerId: 1n, key: `k${i}`, lines, ...times }, PLACED);
          return { slot, state: PLACED };
        });
        const expected = answers.map(({ slot }) => {
          const value = {
            orderId: BigInt(orderIdOf(slot, 5)),
            totalCents: BigInt(totalCents(orders.lines(slot))),
            state: stateMessage(PLACED),
          };
          return { outcome: { $case: "placed", value } } as const;
        });
        const bytes = encodeAnswers([...answers, error], orders, 5);
        expect(PlaceOrdersResponse.decode(bytes)).toEqual({ results: [...expected, error] });
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { Book, PlaceOrderRequest } from "#gen/bookstore/v1/bookstore.ts";
import type { Bought, Outcome } from "./call.ts";
import { judge } from "./verdict.ts";

const BOOK_ID = 9_780_306_406_157n;
const request = PlaceOrderRequest.fromPartial({
  lines: [{ bookId: BOOK_ID, copies: 1, priceCents: 5n }],
});
const placed: Outcome = { kind: "placed", orderId: 64n, totalCents: 5n };
const refused: Outcome = { kind: "refused", bookId: BOOK_ID, available: 0 };
const bought = (startMs: number, endMs: number, outcome: Outcome): Bought => ({
  ...{ request, startMs, endMs, retries: 0, outcome },
});
const book = (availableCopies: bigint, soldCopies: bigint) =>
  Book.fromPartial({ bookId: BOOK_ID, availableCopies, soldCopies, revenueCents: 5n * soldCopies });

describe("the verdict on a rush", () => {
  it("is good when each copy was sold once", () => {
    const calls = [bought(0, 9, placed), bought(0, 9, refused)];
    expect(judge({ copies: 1, bought: calls, books: [book(0n, 1n)] })).toEqual([]);
  });

  it.each([
    ["a copy was sold twice", [bought(0, 9, placed), bought(0, 9, placed)], book(0n, 1n)],
    ["an order was taken twice", [bought(0, 9, placed)], book(-1n, 2n)],
    ["an order was lost", [bought(0, 9, placed)], book(1n, 0n)],
    ["a copy vanished", [], book(0n, 0n)],
    ["somebody was refused in vain", [bought(0, 1, refused), bought(2, 3, placed)], book(0n, 1n)],
  ])("is bad when %s", (_, calls, stands) => {
    expect(judge({ copies: 1, bought: calls, books: [stands] })).not.toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderTable } from "./order-table.ts";
import { PLACED, REFUSED } from "./states.ts";

const LINES = [{ bookId: 9780306406157, copies: 2, priceCents: 1_999 }];
const order = (buyerId: bigint, key: string) => ({
  buyerId,
  key,
  lines: LINES,
  createTimeMs: 1_790_000_000_000,
  expireTimeMs: 0,
});

describe("the table of orders", () => {
  it("finds by key, and lists by buyer newest first, as a plain model does", () => {
    const buyer = fc.constantFrom(1n, 2n, 2n ** 32n + 1n, 2n ** 63n - 1n);
    const added = fc.record({ buyer, key: fc.stringMatching(/^[ab]{1,3}$/) });
    fc.assert(
      fc.property(fc.array(added, { maxLength: 60 }), (orders) => {
        const table = new OrderTable();
        const kept: typeof orders = [];
        for (const one of orders) {
          const known = kept.findIndex(
            (other) => other.buyer === one.buyer && other.key === one.key,
          );
          expect(table.findKey(one.buyer, one.key)).toBe(known);
          if (known >= 0) continue;
          expect(table.add(order(one.buyer, one.key), PLACED)).toBe(kept.length);
          kept.push(one);
        }
        for (const id of new Set(kept.map((one) => one.buyer))) {
          const expected = kept.flatMap((one, slot) => (one.buyer === id ? [slot] : [])).reverse();
          expect([...table.slotsOf(id)]).toEqual(expected);
          expect([...table.slotsOf(id, expected[0])]).toEqual(expected.slice(1));
        }
      }),
    );
  });

  it("gives an order back as it was added", () => {
    const table = new OrderTable();
    const added = order(2n ** 63n - 1n, "k".repeat(64));
    const slot = table.add(added, PLACED);
    expect(table.order(slot, 64)).toEqual({ ...added, orderId: 64, state: PLACED });
    expect(table.isOf(slot, 2n ** 63n - 1n)).toBe(true);
    expect(table.isOf(slot, 1n)).toBe(false);
  });

  it("keeps 100,000 keys apart, across chunks", () => {
    const table = new OrderTable();
    for (let i = 0; i < 100_000; i++) table.add(order(BigInt(1 + (i % 7)), `key-${i}`), PLACED);
    for (let i = 0; i < 100_000; i += 997) {
      expect(table.findKey(BigInt(1 + (i % 7)), `key-${i}`)).toBe(i);
    }
    expect(table.findKey(2n, "key-0")).toBe(-1);
  });

  it("finds the rest of a buyer's orders, whichever were anonymised, between any others", () => {
    const step = fc.record({
      buyer: fc.constantFrom(1n, 2n, 2n ** 32n + 1n),
      anonymises: fc.option(fc.nat({ max: 40 }), { nil: undefined, freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new OrderTable();
        const buyers: bigint[] = [];
        for (const { buyer, anonymises } of steps) {
          if (anonymises === undefined || anonymises >= buyers.length) {
            const slot = table.add(order(buyer, `k${buyers.length}`), PLACED);
            expect(slot).toBe(buyers.length);
            buyers.push(buyer);
          } else {
            table.anonymise(anonymises);
            buyers[anonymises] = 0n;
          }
          for (const id of [1n, 2n, 2n ** 32n + 1n]) {
            const expected = buyers.flatMap((one, i) => (one === id ? [i] : [])).reverse();
            expect([...table.slotsOf(id)]).toEqual(expected);
            for (const [i, slot] of expected.entries()) {
              expect([...table.slotsOf(id, slot)]).toEqual(expected.slice(i + 1));
              expect(table.findKey(id, `k${slot}`)).toBe(slot);
            }
          }
        }
        for (const [slot, buyer] of buyers.entries()) {
          const kept = buyer === 0n ? { buyerId: 0n, key: "" } : {};
          const expected = { ...order(buyer, `k${slot}`), ...kept, orderId: 9, state: PLACED };
          expect(table.order(slot, 9)).toEqual(expected);
        }
      }),
    );
  });

  it("lets a refused order's key stand for the next try", () => {
    const table = new OrderTable();
    table.setState(table.add(order(1n, "k"), PLACED), REFUSED);
    expect(table.findKey(1n, "k")).toBe(-1);
    table.add(order(1n, "k"), PLACED);
    expect(table.findKey(1n, "k")).toBe(1);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookNumber } from "../../testing/books.ts";
import { orderIdOf } from "../ids.ts";
import type { OrderDraft } from "../orders/order.ts";
import { CANCELLED, EXPIRED, PLACED, RELEASED, RESERVED } from "../orders/states.ts";
import { RecordWriter } from "../records/record-writer.ts";
import { replayRecords } from "../records/replay.ts";
import { changeOrder, expireDue } from "./change-order.ts";
import { openOrder } from "./open-order.ts";
import { Shard } from "./shard.ts";
import { ShardState } from "./shard-state.ts";
import { snapshotOf } from "./snapshot.ts";
import { addBook, restock, setPrice } from "./stock.ts";

const PLACE = { shard: 0, shardCount: 1 };
const LIMITS = { maxBooks: 10, maxOrders: 1_000 };
const [A, B] = [bookNumber(1), bookNumber(2)];

function newShard() {
  const records = new RecordWriter();
  const shard = new Shard(new ShardState(PLACE), records, LIMITS);
  shard.begin(1_000);
  for (const bookId of [A, B]) {
    addBook(shard, { bookId, title: "T", author: "W", priceCents: 500, copies: 3 });
  }
  return { shard, records };
}

const line = (bookId: number, copies: number, priceCents = 500) => ({ bookId, copies, priceCents });
let keys = 0;
const draft = (lines: OrderDraft["lines"], over: Partial<OrderDraft> = {}): OrderDraft => ({
  buyerId: 7n,
  key: `key-${keys++}`,
  lines,
  ttlMs: 0,
  ...over,
});
const counts = (shard: Shard, bookId: number) => {
  const book = shard.state.books.get(bookId);
  return [book?.available, book?.reserved, book?.sold, book?.revenueCents];
};

describe("a shard", () => {
  it("sells all lines of an order or none", () => {
    const { shard } = newShard();
    expect(openOrder(shard, draft([line(A, 2), line(B, 1)]))).toBe(0);
    expect(openOrder(shard, draft([line(A, 1), line(B, 3)]))).toEqual({
      reason: "OUT_OF_STOCK",
      bookId: B,
      available: 2,
    });
    expect(counts(shard, A)).toEqual([1, 0, 2, 1_000]);
    expect(counts(shard, B)).toEqual([2, 0, 1, 500]);
  });

  it("gives a repeated key its order, whatever became of it, and refuses another under it", () => {
    const { shard } = newShard();
    const order = draft([line(A, 1)]);
    expect(openOrder(shard, order)).toBe(0);
    expect(openOrder(shard, order)).toBe(0);
    changeOrder(shard, "cancel", orderIdOf(0, 0), 7n);
    expect(openOrder(shard, order)).toBe(0);
    for (const other of [{ lines: [line(A, 2)] }, { ttlMs: 1_000 }, { lines: [line(B, 1)] }]) {
      expect(openOrder(shard, { ...order, ...other })).toMatchObject({ reason: "KEY_REUSED" });
    }
    expect(counts(shard, A)).toEqual([3, 0, 0, 0]);
  });

  it("keeps nothing of a refusal: the key may try again", () => {
    const { shard } = newShard();
    const order = draft([line(A, 4)]);
    expect(openOrder(shard, order)).toMatchObject({ reason: "OUT_OF_STOCK", available: 3 });
    restock(shard, A, 1, "delivery");
    expect(openOrder(shard, order)).toBe(0);
  });

  it("checks the price that the buyer was shown", () => {
    const { shard } = newShard();
    setPrice(shard, A, 600);
    const refused = { reason: "PRICE_CHANGED", bookId: A, priceCents: 600 };
    expect(openOrder(shard, draft([line(A, 1)]))).toEqual(refused);
    expect(openOrder(shard, draft([line(A, 1, 600)]))).toBe(0);
    expect(counts(shard, A)).toEqual([2, 0, 1, 600]);
  });

  it("lets a reservation be confirmed, released, or expire, once", () => {
    const { shard } = newShard();
    for (const change of ["confirm", "release", "expire"] as const) {
      const slot = openOrder(shard, draft([line(A, 1)], { ttlMs: 5_000 }));
      if (typeof slot !== "number") throw new Error("refused");
      expect(shard.state.orders.state(slot)).toBe(RESERVED);
      const id = orderIdOf(slot, 0);
      if (change === "expire") {
        shard.begin(6_000);
        expireDue(shard, 10);
      } else changeOrder(shard, change, id, 7n);
    }
    const states = [0, 1, 2].map((slot) => shard.state.orders.state(slot));
    expect(states).toEqual([PLACED, RELEASED, EXPIRED]);
    expect(counts(shard, A)).toEqual([2, 0, 1, 500]);
    const [placed, released, expired] = [0, 1, 2].map((slot) => orderIdOf(slot, 0));
    expect(changeOrder(shard, "confirm", placed, 7n)).toBe(0);
    expect(changeOrder(shard, "confirm", expired, 7n)).toMatchObject({ state: EXPIRED });
    expect(changeOrder(shard, "confirm", released, 7n)).toMatchObject({ state: RELEASED });
    expect(changeOrder(shard, "release", placed, 7n)).toMatchObject({ state: PLACED });
    expect(changeOrder(shard, "cancel", placed, 8n)).toMatchObject({ reason: "NO_ORDER" });
    expect(changeOrder(shard, "cancel", placed, 7n)).toBe(0);
    expect(shard.state.orders.state(0)).toBe(CANCELLED);
    expect(counts(shard, A)).toEqual([3, 0, 0, 0]);
  });

  it("never lets time go back, so that a reservation lasts what was said", () => {
    const { shard } = newShard();
    openOrder(shard, draft([line(A, 1)], { ttlMs: 5_000 }));
    shard.begin(500);
    expect(shard.nowMs).toBe(1_000);
    expect(expireDue(shard, 10)).toBe(false);
    expect(shard.state.orders.state(0)).toBe(RESERVED);
  });

  it("takes a delivery once", () => {
    const { shard } = newShard();
    restock(shard, A, 5, "d");
    restock(shard, A, 5, "d");
    expect(restock(shard, A, 6, "d")).toMatchObject({ reason: "KEY_REUSED" });
    expect(counts(shard, A)[0]).toBe(8);
  });

  it("is bounded in books and orders, and says so", () => {
    const { shard } = newShard();
    const small = new Shard(shard.state, new RecordWriter(), { maxBooks: 2, maxOrders: 0 });
    const book = { bookId: bookNumber(3), title: "T", author: "W", priceCents: 1, copies: 1 };
    expect(addBook(small, book)).toMatchObject({ reason: "FULL", what: "books", limit: 2 });
    expect(openOrder(small, draft([line(A, 1)]))).toMatchObject({ reason: "FULL", what: "orders" });
  });
});

describe("the records of a shard", () => {
  const action = fc.oneof(
    fc.record({
      do: fc.constant("place" as const),
      book: fc.nat(1),
      copies: fc.integer({ min: 1, max: 3 }),
      ttlMs: fc.constantFrom(0, 5, 50),
      key: fc.nat(20),
    }),
    fc.record({
      do: fc.constantFrom("confirm" as const, "release" as const, "cancel" as const),
      slot: fc.nat(20),
    }),
    fc.record({ do: fc.constant("restock" as const), book: fc.nat(1), key: fc.nat(5) }),
    fc.record({
      do: fc.constant("price" as const),
      book: fc.nat(1),
      priceCents: fc.constantFrom(500, 600),
    }),
    fc.record({ do: fc.constant("wait" as const), ms: fc.nat(20) }),
  );
  type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

  function act(shard: Shard, one: Action): void {
    const bookId = "book" in one ? [A, B][one.book] : A;
    if (one.do === "place") {
      const { priceCents = 0 } = shard.state.books.get(bookId) ?? {};
      openOrder(
        shard,
        draft([line(bookId, one.copies, priceCents)], { key: `k${one.key}`, ttlMs: one.ttlMs }),
      );
    } else if (one.do === "restock") restock(shard, bookId, 2, `r${one.key}`);
    else if (one.do === "price") setPrice(shard, bookId, one.priceCents);
    else if (one.do === "wait") {
      shard.begin(shard.nowMs + one.ms);
      expireDue(shard, 100);
    } else changeOrder(shard, one.do, orderIdOf(one.slot, 0), 7n);
  }

  const seen = ({ books, orders }: ShardState) => ({
    books: [...books.values()],
    orders: Array.from({ length: orders.count }, (_, slot) => orders.order(slot, 0)),
  });

  it("make the same shard again, from the journal or from a snapshot and the journal behind it", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), fc.nat(40), (actions, cut) => {
        const { shard, records } = newShard();
        let snapshot: Iterable<Buffer> = [];
        const groups: Buffer[] = [];
        const endGroup = () => {
          groups.push(Buffer.from(records.view()));
          records.clear();
        };
        actions.forEach((one, i) => {
          if (i === Math.min(cut, actions.length - 1)) {
            // Taken as it is now, read when all the rest has happened.
            endGroup();
            snapshot = snapshotOf(shard.state);
          }
          act(shard, one);
        });
        endGroup();
        const replayed = new ShardState(PLACE);
        for (const group of groups) replayRecords(group, 0, replayed);
        expect(seen(replayed)).toEqual(seen(shard.state));
        if (actions.length === 0) return;
        const restored = new ShardState(PLACE);
        for (const slice of snapshot) replayRecords(Buffer.from(slice), 0, restored);
        replayRecords(groups[1], 0, restored);
        expect(seen(restored)).toEqual(seen(shard.state));
      }),
    );
  });

  it("conserve copies and money under any actions", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { shard } = newShard();
        for (const one of actions) act(shard, one);
        for (const book of shard.state.books.values()) {
          const came = 3 + [...book.restocks.values()].reduce((sum, copies) => sum + copies, 0);
          expect(book.available + book.reserved + book.sold).toBe(came);
          let revenue = 0;
          let reserved = 0;
          for (let slot = 0; slot < shard.state.orders.count; slot++) {
            for (const { bookId, copies, priceCents } of shard.state.orders.lines(slot)) {
              if (bookId !== book.bookId) continue;
              if (shard.state.orders.state(slot) === PLACED) revenue += copies * priceCents;
              if (shard.state.orders.state(slot) === RESERVED) reserved += copies;
            }
          }
          expect([book.reserved, book.revenueCents]).toEqual([reserved, revenue]);
        }
      }),
    );
  });
});

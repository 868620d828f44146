import { describe, expect, it } from "vitest";
import { OrderState } from "#gen/bookstore/v1/bookstore.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { orderIdOf } from "../../domain/ids.ts";
import { Ledger } from "../../domain/ledger/ledger.ts";
import { RecordWriter } from "../../domain/records/record-writer.ts";
import { Settler } from "../../domain/settling/settler.ts";
import { openOrder } from "../../domain/shard/open-order.ts";
import { Shard } from "../../domain/shard/shard.ts";
import { ShardState } from "../../domain/shard/shard-state.ts";
import { addBook } from "../../domain/shard/stock.ts";
import { CallCount } from "../../sharing/call-count.ts";
import type { OwnedShard } from "../../sharing/owned-shards.ts";
import { bookNumber } from "../../testing/books.ts";
import { heldJournal, nextTurn } from "../../testing/held-journal.ts";
import { cancelOrder, confirm } from "./change.ts";
import { placed } from "./place.ts";
import { placeAll, resultOf } from "./place-all.ts";

/** Of the event loop. */
const MOST_TURNS = 20;
const BOOK = { bookId: bookNumber(1), title: "T", author: "A", priceCents: 5, copies: 9 };
const LINES = [{ bookId: BOOK.bookId, copies: 1, priceCents: 5 }];
const DRAFT = { buyerId: 1n, key: "k", lines: LINES, ttlMs: 0 };
const TURN = { deadlineMs: Number.POSITIVE_INFINITY };

/** A shard with one order, and a journal whose groups become durable when the test says so. */
function start(ttlMs: number) {
  const { journal, groups } = heldJournal();
  const clock = new ManualClock();
  const state = new ShardState({ shard: 0, shardCount: 1 });
  const records = new RecordWriter();
  const shard = new Shard(state, records, { maxBooks: 10, maxOrders: 1_000 });
  shard.begin(clock.nowMs());
  addBook(shard, BOOK);
  const slot = openOrder(shard, { ...DRAFT, ttlMs });
  records.clear();
  const limits = { maxWaiting: 100, maxGroup: 1 };
  const ledger = new Ledger({ shard, records, journal, clock, limits, onFailure: () => {} });
  const holders = { hold: async () => undefined, settle: async () => {} };
  const settler = new Settler({ ledger, holders, clock, retryMs: 1 });
  const index = { add: () => {}, search: () => [] };
  const owned: OwnedShard = { number: 0, ledger, settler, index, calls: new CallCount() };
  return { owned, groups, orderId: BigInt(orderIdOf(Number(slot), 0)) };
}

/** What a call answers that is followed at once by CancelOrder, in a group of its own. */
async function answerBeforeCancel<T>(
  ttlMs: number,
  call: (owned: OwnedShard, request: { orderId: bigint; buyerId: bigint }) => Promise<T>,
): Promise<T> {
  const { owned, groups, orderId } = start(ttlMs);
  const request = { orderId, buyerId: 1n };
  const answered = call(owned, request);
  const cancelled = cancelOrder(request, 1).run(owned, TURN);
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    await nextTurn();
    groups.shift()?.resolve();
  }
  expect((await cancelled).order.state).toBe(OrderState.CANCELLED);
  return await answered;
}

describe("an order is answered as it stood in its turn, not with what is not durable yet", () => {
  it("by Confirm", async () => {
    const { order } = await answerBeforeCancel(60_000, (owned, request) =>
      confirm(request, 1).run(owned, TURN),
    );
    expect(order.state).toBe(OrderState.PLACED);
  });

  it("by PlaceOrder with a key that was used", async () => {
    const { order } = await answerBeforeCancel(0, (owned) => placed(DRAFT, 1).run(owned, TURN));
    expect(order.state).toBe(OrderState.PLACED);
  });

  it("by PlaceOrders with a key that was used", async () => {
    const result = await answerBeforeCancel(0, async (owned) => {
      const [answer] = await placeAll(owned, [DRAFT], TURN);
      return resultOf(owned, answer);
    });
    expect(result.outcome).toMatchObject({ value: { state: OrderState.PLACED } });
  });
});

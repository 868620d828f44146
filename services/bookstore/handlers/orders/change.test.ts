import { expect, it } from "vitest";
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
import type { Journal } from "../../ports.ts";
import type { OwnedShard } from "../../sharing/owned-shards.ts";
import { bookNumber } from "../../testing/books.ts";
import { cancelOrder, confirm } from "./change.ts";

/** Of the event loop. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const BOOK = { bookId: bookNumber(1), title: "T", author: "A", priceCents: 5, copies: 9 };
const LINES = [{ bookId: BOOK.bookId, copies: 1, priceCents: 5 }];
const TURN = { deadlineMs: Number.POSITIVE_INFINITY };

/** A shard with one placed order, and a journal whose groups become durable when the test says so. */
function start() {
  const groups: PromiseWithResolvers<void>[] = [];
  const journal: Journal = {
    headerBytes: 0,
    append: () => {
      groups.push(Promise.withResolvers());
      return groups[groups.length - 1].promise;
    },
    isSnapshotDue: () => false,
    writeSnapshot: async () => {},
    close: async () => {},
  };
  const clock = new ManualClock();
  const state = new ShardState({ shard: 0, shardCount: 1 });
  const records = new RecordWriter();
  const shard = new Shard(state, records, { maxBooks: 10, maxOrders: 1_000 });
  shard.begin(clock.nowMs());
  addBook(shard, BOOK);
  const slot = openOrder(shard, { buyerId: 1n, key: "k", lines: LINES, ttlMs: 60_000 });
  records.clear();
  const limits = { maxWaiting: 100, maxGroup: 1 };
  const ledger = new Ledger({ shard, records, journal, clock, limits, onFailure: () => {} });
  const holders = { hold: async () => undefined, settle: async () => {} };
  const settler = new Settler({ ledger, holders, clock, retryMs: 1 });
  const index = { add: () => {}, search: () => [] };
  const owned: OwnedShard = { number: 0, ledger, settler, index };
  return { owned, groups, orderId: BigInt(orderIdOf(Number(slot), 0)) };
}

it("answers with the order as it stood in its turn, not with what is not durable yet", async () => {
  const { owned, groups, orderId } = start();
  const request = { orderId, buyerId: 1n };
  const confirmed = confirm(request, 1).run(owned, TURN);
  const cancelled = cancelOrder(request, 1).run(owned, TURN);
  for (const done of [1, 2]) {
    await nextTurn();
    expect(groups).toHaveLength(done);
    groups[done - 1].resolve();
    await nextTurn();
  }
  expect((await confirmed).order.state).toBe(OrderState.PLACED);
  expect((await cancelled).order.state).toBe(OrderState.CANCELLED);
});

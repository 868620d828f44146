import { expect, it } from "vitest";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import type { PartHolders } from "../../ports.ts";
import { booksOfShard } from "../../testing/books.ts";
import { heldJournal, nextTurn } from "../../testing/held-journal.ts";
import { Ledger } from "../ledger/ledger.ts";
import { PLACED } from "../orders/states.ts";
import { RecordWriter } from "../records/record-writer.ts";
import type { Refusal } from "../shard/refusal.ts";
import { Shard } from "../shard/shard.ts";
import { ShardState } from "../shard/shard-state.ts";
import { addBook } from "../shard/stock.ts";
import { Settler } from "./settler.ts";

const [HERE, ELSEWHERE] = [0, 1].map((shard) => booksOfShard(shard, 2, 1)[0]);
const LINES = [HERE, ELSEWHERE].map((bookId) => ({ bookId, copies: 1, priceCents: 5 }));
const DRAFT = { buyerId: 1n, key: "k", lines: LINES, ttlMs: 0 };
const NEVER = { deadlineMs: Number.POSITIVE_INFINITY };
/** Of the event loop, for what follows by itself. */
const MOST_TURNS = 100;
const GONE: Refusal = { reason: "OUT_OF_STOCK", bookId: ELSEWHERE, available: 0 };

/** A home shard whose groups become durable, and whose other shard answers, when the test says so. */
function start() {
  const { journal, groups } = heldJournal();
  const asked: PromiseWithResolvers<Refusal | undefined>[] = [];
  const holders: PartHolders = {
    hold: () => {
      asked.push(Promise.withResolvers());
      return asked[asked.length - 1].promise;
    },
    settle: async () => {},
  };
  const clock = new ManualClock();
  const state = new ShardState({ shard: 0, shardCount: 2 });
  const records = new RecordWriter();
  const shard = new Shard(state, records, { maxBooks: 10, maxOrders: 1_000 });
  addBook(shard, { bookId: HERE, title: "T", author: "A", priceCents: 5, copies: 9 });
  records.clear();
  const limits = { maxWaiting: 100, maxGroup: 100 };
  const ledger = new Ledger({ shard, records, journal, clock, limits, onFailure: () => {} });
  const settler = new Settler({ ledger, holders, clock, retryMs: 1 });
  const reach = async (list: readonly unknown[], count: number) => {
    for (let turn = 0; list.length < count && turn < MOST_TURNS; turn++) await nextTurn();
    expect(list).toHaveLength(count);
  };
  return {
    state,
    place: () => settler.place(DRAFT, NEVER, (_, slot) => ({ slot })),
    sync: async (group: number) => {
      await reach(groups, group);
      groups[group - 1].resolve();
      await nextTurn();
    },
    answer: async (question: number, refusal: Refusal | undefined) => {
      await reach(asked, question);
      asked[question - 1].resolve(refusal);
    },
  };
}

it("gives nobody an order that was refused between its turn and its answer: the key tries again", async () => {
  const { state, place, sync, answer } = start();
  const first = place();
  await sync(1);
  // In one group: the second call finds the order opening, and then the other shard's refusal ends it.
  const second = place();
  await answer(1, GONE);
  await sync(2);
  expect(await first).toEqual(GONE);
  await sync(3);
  await answer(2, undefined);
  await sync(4);
  expect(await second).toEqual({ slot: 1 });
  expect(state.orders.state(1)).toBe(PLACED);
});

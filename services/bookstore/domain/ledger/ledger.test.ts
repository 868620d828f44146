import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";

import { bookNumber } from "../../testing/books.ts";
import { heldJournal, nextTurn } from "../../testing/held-journal.ts";
import { RecordWriter } from "../records/record-writer.ts";
import { openOrder } from "../shard/open-order.ts";
import { Shard } from "../shard/shard.ts";
import { ShardState } from "../shard/shard-state.ts";
import { addBook } from "../shard/stock.ts";
import { Ledger } from "./ledger.ts";

const BOOK = bookNumber(1);
const LINES = [{ bookId: BOOK, copies: 1, priceCents: 5 }];
const NEVER = { deadlineMs: Number.POSITIVE_INFINITY };

/** A disk that syncs, or is full, when the test says so. */
function heldDisk() {
  const { journal, groups: held } = heldJournal();
  return {
    journal,
    groups: () => held.length,
    begun: async (count: number) => {
      while (held.length < count) await nextTurn();
    },
    sync: async () => {
      held.at(-1)?.resolve();
      await nextTurn();
    },
    fail: () => held.at(-1)?.reject(unavailable("disk full")),
  };
}

function start(copies: number, limits = { maxWaiting: 100, maxGroup: 100 }) {
  const disk = heldDisk();
  const clock = new ManualClock();
  const state = new ShardState({ shard: 0, shardCount: 1 });
  const records = new RecordWriter();
  const shard = new Shard(state, records, { maxBooks: 10, maxOrders: 1_000 });
  addBook(shard, { bookId: BOOK, title: "T", author: "A", priceCents: 5, copies });
  records.clear();
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const ledger = new Ledger({ shard, records, journal: disk.journal, clock, limits, onFailure });
  const answered: string[] = [];
  const buy = async (name: string, turn = NEVER) => {
    const draft = { buyerId: 1n, key: name, lines: LINES, ttlMs: 0 };
    const result = await ledger.submit((home) => openOrder(home, draft), turn);
    answered.push(typeof result === "number" ? name : `${name}: ${result.reason}`);
  };
  return { disk, clock, ledger, buy, answered, failures };
}

describe("a ledger", () => {
  it("commits what came together as one group, and answers when it is durable", async () => {
    const { disk, buy, answered } = start(10);
    const calls = ["a", "b", "c"].map((name) => buy(name));
    await disk.begun(1);
    calls.push(buy("d"), buy("e"));
    expect(answered).toEqual([]);
    await disk.sync();
    expect(answered).toEqual(["a", "b", "c"]);
    await disk.begun(2);
    await disk.sync();
    await Promise.all(calls);
    expect([disk.groups(), answered]).toEqual([2, ["a", "b", "c", "d", "e"]]);
  });

  it("gives the last copies to who came first, also across groups", async () => {
    const { disk, buy, answered } = start(3, { maxWaiting: 100, maxGroup: 2 });
    const calls = ["a", "b", "c", "d", "e"].map((name) => buy(name));
    for (const groups of [1, 2]) {
      await disk.begun(groups);
      await disk.sync();
    }
    await Promise.all(calls);
    expect(answered).toEqual(["a", "b", "c", "d: OUT_OF_STOCK", "e: OUT_OF_STOCK"]);
  });

  it("shows nobody what is not durable yet", async () => {
    const { disk, ledger, buy } = start(10);
    const call = buy("a");
    await disk.begun(1);
    let seen: number | undefined;
    const read = ledger.read(({ state }) => state.books.get(BOOK)?.available);
    void read.then((available) => {
      seen = available;
    });
    await new Promise(setImmediate);
    expect(seen).toBeUndefined();
    await disk.sync();
    await call;
    expect(await read).toBe(9);
  });

  it("turns away who would wait too long a line, and says when to come back", async () => {
    const { disk, buy } = start(10, { maxWaiting: 2, maxGroup: 1 });
    const calls = [buy("a")];
    await disk.begun(1);
    calls.push(buy("b"), buy("c"));
    await expect(buy("d")).rejects.toMatchObject({ reason: "QUEUE_FULL", retryAfterMs: 100 });
    for (const groups of [1, 2, 3]) {
      await disk.begun(groups);
      await disk.sync();
    }
    await Promise.all(calls);
  });

  it("does not begin what nobody waits for any more", async () => {
    const { disk, clock, ledger, buy } = start(10);
    const first = buy("a");
    await disk.begun(1);
    const late = expect(buy("b", { deadlineMs: clock.nowMs() + 50 })).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
    await clock.advance(100);
    await disk.sync();
    await Promise.all([first, late]);
    expect(await ledger.read(({ state }) => state.orders.count)).toBe(1);
  });

  it("tells everybody when a group failed, and answers nobody after", async () => {
    const { disk, ledger, buy, answered, failures } = start(10);
    const calls = [buy("a"), buy("b")].map((call) =>
      expect(call).rejects.toMatchObject({ code: "UNAVAILABLE" }),
    );
    await disk.begun(1);
    calls.push(expect(buy("c")).rejects.toMatchObject({ code: "UNAVAILABLE" }));
    disk.fail();
    await Promise.all(calls);
    await expect(buy("d")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(ledger.read(() => 1)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect([answered, failures.length]).toEqual([[], 1]);
  });

  it("lets a reservation expire though nobody asks", async () => {
    const { disk, clock, ledger } = start(1);
    const draft = { buyerId: 1n, key: "r", lines: LINES, ttlMs: 1_000 };
    const reserved = ledger.submit((home) => openOrder(home, draft), NEVER);
    await disk.begun(1);
    await disk.sync();
    await reserved;
    await ledger.expire();
    expect(disk.groups()).toBe(1);
    await clock.advance(1_000);
    const expired = ledger.expire();
    await disk.begun(2);
    await disk.sync();
    await expired;
    expect(await ledger.read(({ state }) => state.books.get(BOOK)?.available)).toBe(1);
  });
});

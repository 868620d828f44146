import { expect, it } from "vitest";
import { createCqlJournals } from "../../../../services/bookstore/adapters/cql/cql-journals.ts";
import { JournalRows } from "../../../../services/bookstore/adapters/cql/journal-rows.ts";
import { JOURNAL_TABLES } from "../../../../services/bookstore/adapters/cql/journal-tables.ts";
import { MAX_SHARDS, orderIdOf } from "../../../../services/bookstore/domain/ids.ts";
import { isOpening, positionOf } from "../../../../services/bookstore/domain/orders/states.ts";
import { RecordWriter } from "../../../../services/bookstore/domain/records/record-writer.ts";
import { changeOrder } from "../../../../services/bookstore/domain/shard/change-order.ts";
import {
  finishOpening,
  openOrder,
} from "../../../../services/bookstore/domain/shard/open-order.ts";
import {
  holdPart,
  settleOrder,
  settlePart,
} from "../../../../services/bookstore/domain/shard/parts.ts";
import { Shard } from "../../../../services/bookstore/domain/shard/shard.ts";
import { ShardState } from "../../../../services/bookstore/domain/shard/shard-state.ts";
import { addBook } from "../../../../services/bookstore/domain/shard/stock.ts";
import { booksOfShard } from "../../../../services/bookstore/testing/books.ts";
import { ManualClock } from "../../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../../services/platform/storage/cql/session.ts";
import { memoryCql } from "../../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { completeOrders } from "./orders.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const LIMITS = { maxBooks: 10, maxOrders: 10 };
const BUYER = 7n;
/** The order's home, which has its first book, and the other shard of it. */
const LINES = [5, 9]
  .map((shard) => booksOfShard(shard, MAX_SHARDS, 1)[0])
  .toSorted((a, b) => a - b)
  .map((bookId) => ({ bookId, copies: 1, priceCents: 100 }));
const [HOME, OTHER] = LINES.map(({ bookId }) => {
  return new ShardState({ shard: 0, shardCount: MAX_SHARDS }).shardOf(bookId);
});
const SLOT = 0;
const ORDER = orderIdOf(SLOT, HOME);

/** An order of two shards from its opening to its cancellation, as the groups of both journals. */
function groupsOfAnOrder() {
  const writer = (shard: number) => {
    const records = new RecordWriter();
    const state = new ShardState({ shard, shardCount: MAX_SHARDS });
    const deciding = new Shard(state, records, LIMITS);
    const groups: Buffer[] = [];
    return {
      groups,
      write: (work: (shard: Shard) => unknown) => {
        deciding.begin(NOW_MS);
        work(deciding);
        groups.push(Buffer.from(records.view()));
        records.clear();
      },
    };
  };
  const [home, other] = [writer(HOME), writer(OTHER)];
  [home, other].forEach(({ write }, i) => {
    const { bookId, priceCents } = LINES[i];
    write((shard) => addBook(shard, { bookId, title: "T", author: "A", priceCents, copies: 1 }));
  });
  const draft = { buyerId: BUYER, key: "k", lines: LINES, ttlMs: 0 };
  home.write((shard) => openOrder(shard, draft));
  other.write((shard) => holdPart(shard, ORDER, [LINES[1]]));
  home.write((shard) => finishOpening(shard, SLOT, true));
  other.write((shard) => settlePart(shard, ORDER, true));
  home.write((shard) => settleOrder(shard, SLOT, "sold"));
  home.write((shard) => changeOrder(shard, "cancel", ORDER, BUYER));
  other.write((shard) => settlePart(shard, ORDER, false));
  home.write((shard) => settleOrder(shard, SLOT, "returned"));
  return { home: home.groups, other: other.groups };
}

async function write(cql: Cql, shard: number, groups: readonly Buffer[]): Promise<void> {
  const rows = new JournalRows(cql, shard);
  for (const [seq, records] of groups.entries()) {
    await rows.write({ seq: BigInt(seq), writer: 1n, records });
  }
}

async function load(cql: Cql, shard: number): Promise<ShardState> {
  const state = new ShardState({ shard, shardCount: MAX_SHARDS });
  const clock = new ManualClock(NOW_MS);
  const options = { cql, clock, random: Math.random, snapshotGroups: 1_000, snapshotBytes: 1e9 };
  await createCqlJournals(options).open(shard, state);
  return state;
}

it("are whole or not there, whichever moments their shards were copied at", async () => {
  const { home, other } = groupsOfAnOrder();
  for (let ofHome = 1; ofHome <= home.length; ofHome++) {
    for (let ofOther = 1; ofOther <= other.length; ofOther++) {
      const cql = memoryCql(new MemoryKeyspace(NOW_MS));
      await migrate(cql, JOURNAL_TABLES);
      await write(cql, HOME, home.slice(0, ofHome));
      await write(cql, OTHER, other.slice(0, ofOther));
      await completeOrders(cql, NOW_MS);
      const [atHome, elsewhere] = [await load(cql, HOME), await load(cql, OTHER)];
      for (const { books } of [atHome, elsewhere]) {
        for (const { available, reserved, sold } of books.values()) {
          expect(available + reserved + sold).toBe(1);
        }
      }
      const part = elsewhere.parts.get(ORDER)?.position ?? "returned";
      const isThere = atHome.orders.has(SLOT);
      // A home that comes up with an order that is being opened refuses it, and says so to all.
      if (isThere && isOpening(atHome.orders.state(SLOT))) continue;
      const order = isThere ? positionOf(atHome.orders.state(SLOT)) : "returned";
      expect({ ofHome, ofOther, part }).toEqual({ ofHome, ofOther, part: order });
    }
  }
});

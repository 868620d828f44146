import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PlaceOrdersRequest } from "#gen/bookstore/v1/bookstore.ts";
import { rawMethod } from "../../loadtest/drivers/http2/connection.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import { nextMessage, nextOrder, openHotBook } from "../support/bookstore-world.ts";
import { type LoopResult, runClosedLoop } from "../support/closed-loop.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const SERVICE = "/tidings.bookstore.v1.BookstoreService";
const ORDERS_PER_CALL = 1_000;
const UNARY = { connections: 4, inFlight: 100, warmUpMs: 2_000, measureMs: 5_000 };
const BATCHED = { connections: 4, inFlight: 8, warmUpMs: 2_000, measureMs: 5_000 };
const SQLITE_MS = 3_000;

/** One hot book, durable: an order a call, a thousand orders a call, and a transaction an order in SQLite. */
export const bookstore: Benchmark = {
  name: "bookstore",
  about: "orders for one hot book, embedded, durable, against SQLite with a transaction an order",
  async run() {
    const sqlite = transactionAnOrder();
    const mesh = await startBenchMesh(["bookstore"]);
    const address = mesh.address("bookstore");
    const { pid } = mesh.process("bookstore");
    const book = await openHotBook(address);
    try {
      const method = (name: string) => (to: string) => rawMethod(to, `${SERVICE}/${name}`);
      const single = await runClosedLoop({
        ...{ ...UNARY, address, pid, method: method("PlaceOrder"), message: nextMessage("one") },
      });
      const soldBefore = await book.sold();
      const next = nextOrder("many");
      const orders = () => ({ orders: Array.from({ length: ORDERS_PER_CALL }, next) });
      const message = () => PlaceOrdersRequest.encode(orders()).finish();
      const many = await runClosedLoop({
        ...{ ...BATCHED, address, pid, method: method("PlaceOrders"), message },
      });
      // Answers are not decoded: that each order was sold is seen at the end, where all are counted.
      const sold = Number((await book.sold()) - soldBefore);
      return [
        row("PlaceOrder, 100 in flight", { loop: single, orders: 1, sqlite }, "at least 10k/s"),
        row(
          `PlaceOrders, ${ORDERS_PER_CALL} a call (${short(sold)} sold)`,
          { loop: many, orders: ORDERS_PER_CALL, sqlite },
          "at least 300k/s",
        ),
        sqliteRow(sqlite),
      ];
    } finally {
      book.close();
      await mesh.stop();
    }
  },
};

interface Measured {
  readonly loop: LoopResult;
  /** Orders of a call. */
  readonly orders: number;
  /** Orders a second in SQLite. */
  readonly sqlite: number;
}

function row(what: string, { loop, orders, sqlite }: Measured, aim: string): Row {
  if (loop.failed > 0) throw new Error(`${what}: ${loop.failed} calls failed.`);
  const rate = loop.perSecond * orders;
  const us = (loop.cpuMicrosPerCall / orders).toFixed(1);
  const share = (100 * loop.mainThreadShare).toFixed(0);
  const measured = `${short(rate)} orders/s, ${us} us CPU an order, main thread at ${share}%`;
  return { what, measured, ratio: `${(rate / sqlite).toFixed(1)}x SQLite`, aim };
}

function sqliteRow(rate: number): Row {
  const what = "node:sqlite in process, WAL, synchronous=FULL, a transaction an order";
  return { what, measured: `${short(rate)} orders/s, no server before it`, ratio: "1x", aim: "" };
}

/** Orders a second of what a user would pick instead: check and take one copy, note the order, commit. */
function transactionAnOrder(): number {
  const folder = mkdtempSync(join(tmpdir(), "tidings-bench-"));
  const db = new DatabaseSync(join(folder, "store.db"));
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE books (id INTEGER PRIMARY KEY, available INTEGER NOT NULL);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, buyer INTEGER, key TEXT, book INTEGER,
        UNIQUE (buyer, key));
      INSERT INTO books VALUES (1, 1000000000);`);
    const take = db.prepare(
      "UPDATE books SET available = available - 1 WHERE id = 1 AND available > 0",
    );
    const note = db.prepare("INSERT INTO orders (buyer, key, book) VALUES (?, ?, 1)");
    const startMs = performance.now();
    let orders = 0;
    while (performance.now() - startMs < SQLITE_MS) {
      db.exec("BEGIN IMMEDIATE");
      if (take.run().changes !== 1) throw new Error("sold out");
      note.run(orders % 100_000, `key-${orders}`);
      db.exec("COMMIT");
      orders++;
    }
    return (orders / (performance.now() - startMs)) * 1_000;
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
}

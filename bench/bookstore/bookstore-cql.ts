import { randomBytes } from "node:crypto";
import { PlaceOrdersRequest } from "#gen/bookstore/v1/bookstore.ts";
import { rawMethod } from "../../loadtest/drivers/http2/connection.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { type Cql, connectCql } from "../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { runningCql } from "../../test/support/engines/cql-keyspace.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import { nextMessage, nextOrder, openHotBook } from "../support/bookstore-world.ts";
import { runClosedLoop } from "../support/closed-loop.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const SERVICE = "/tidings.bookstore.v1.BookstoreService";
const ORDERS_PER_CALL = 1_000;
const IN_FLIGHT = 100;
const ALONE_MS = 5_000;
const UNARY = { connections: 4, inFlight: IN_FLIGHT, warmUpMs: 3_000, measureMs: 5_000 };
const BATCHED = { connections: 4, inFlight: 8, warmUpMs: 2_000, measureMs: 5_000 };
const WHAT = "PlaceOrder into CQL, 100 in flight";

/** One hot book on CQL: a conditional write a group of orders against one each. */
export const bookstoreCql: Benchmark = {
  name: "bookstore-cql",
  about: "orders for one hot book on CQL, against one conditional write an order",
  async run() {
    const address = await runningCql();
    const aim = "at least 10x";
    if (!address) return [{ what: WHAT, measured: "needs `npm run engines up`", ratio: "", aim }];
    const keyspace = `bench_${randomBytes(5).toString("hex")}`;
    const config = {
      cqlContactPoints: address.contactPoints,
      cqlLocalDc: address.localDc,
      cqlKeyspace: keyspace,
      cqlReplication: 1,
    };
    const cql = await connectCql({ ...config, service: "bench" }, createLogger("bench", "warn"));
    try {
      await cql.define("CREATE TABLE stock (book bigint PRIMARY KEY, available bigint)");
      // Side by side most attempts for one row lose to another: one at a time may well be faster.
      const crowded = await oneWriteAnOrder(cql, IN_FLIGHT);
      const inTurn = await oneWriteAnOrder(cql, 1);
      const alone = Math.max(crowded, inTurn);
      return [
        ...(await grouped(config, alone)),
        row(`a conditional write an order, ${IN_FLIGHT} in flight`, crowded, alone, ""),
        row("a conditional write an order, one after the other", inTurn, alone, ""),
      ];
    } finally {
      await cql.define(`DROP KEYSPACE ${keyspace}`);
      await cql.close();
    }
  },
};

interface Keyspace {
  readonly cqlContactPoints: readonly string[];
  readonly cqlLocalDc: string;
  readonly cqlKeyspace: string;
}

async function grouped(config: Keyspace, alone: number): Promise<readonly Row[]> {
  const mesh = await startBenchMesh(["bookstore"], {
    TIDINGS_ENGINE: "cql",
    TIDINGS_CQL_CONTACT_POINTS: config.cqlContactPoints.join(","),
    TIDINGS_CQL_LOCAL_DC: config.cqlLocalDc,
    TIDINGS_CQL_KEYSPACE: config.cqlKeyspace,
  });
  const address = mesh.address("bookstore");
  const { pid } = mesh.process("bookstore");
  const book = await openHotBook(address);
  try {
    const method = (name: string) => (to: string) => rawMethod(to, `${SERVICE}/${name}`);
    const plan = { address, pid };
    const one = { ...UNARY, ...plan, method: method("PlaceOrder"), message: nextMessage("one") };
    const single = await runClosedLoop(one);
    const next = nextOrder("many");
    const orders = () => ({ orders: Array.from({ length: ORDERS_PER_CALL }, next) });
    const message = () => PlaceOrdersRequest.encode(orders()).finish();
    const many = await runClosedLoop({
      ...BATCHED,
      ...plan,
      method: method("PlaceOrders"),
      message,
    });
    if (single.failed + many.failed > 0) throw new Error("calls failed");
    return [
      row(WHAT, single.perSecond, alone, "at least 10x, ideally 30x"),
      row(
        `PlaceOrders into CQL, ${ORDERS_PER_CALL} a call`,
        many.perSecond * ORDERS_PER_CALL,
        alone,
        "",
      ),
    ];
  } finally {
    book.close();
    await mesh.stop();
  }
}

function row(what: string, rate: number, alone: number, aim: string): Row {
  return { what, measured: `${short(rate)} orders/s`, ratio: `${(rate / alone).toFixed(1)}x`, aim };
}

/** Orders a second of the plain way: read the stock, take one copy if it is still the same, else again. */
async function oneWriteAnOrder(cql: Cql, inFlight: number): Promise<number> {
  await cql.run("INSERT INTO stock (book, available) VALUES (?, ?)", [1n, 1_000_000_000n]);
  const take = "UPDATE stock SET available = ? WHERE book = ? IF available = ?";
  const endMs = performance.now() + ALONE_MS;
  function* inTime() {
    while (performance.now() < endMs) yield undefined;
  }
  let sold = 0;
  let known = 1_000_000_000n;
  await inParallel(inFlight, inTime(), async () => {
    // Whoever is refused is told what stands, so that nobody needs to read first.
    const answer = await cql.cas(take, [known - 1n, 1n, known]);
    if (answer.kind === "applied") {
      known--;
      sold++;
    } else if (answer.kind === "refused") known = (answer.rows[0]?.available as bigint) ?? known;
    else known = await standing(cql, known);
  });
  return (sold / ALONE_MS) * 1_000;
}

/** What stands, as far as a database under contention says so. */
async function standing(cql: Cql, known: bigint): Promise<bigint> {
  try {
    const [row] = await cql.run("SELECT available FROM stock WHERE book = ?", [1n]);
    return row.available as bigint;
  } catch {
    return known;
  }
}

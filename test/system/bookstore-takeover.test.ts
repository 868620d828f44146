import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookstoreServiceService, OrderState } from "#gen/bookstore/v1/bookstore.ts";
import { bookNumber } from "../../services/bookstore/testing/books.ts";
import { present } from "../../services/model/invariant.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { rush } from "../../tools/bookstore-rush/run.ts";
import { judge, judgeCounts } from "../../tools/bookstore-rush/verdict.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../../tools/mesh/service-process.ts";
import { planMesh } from "../../tools/mesh/services.ts";
import { cqlTitle, runningCql } from "../support/engines/cql-keyspace.ts";

const HOST = "127.0.0.1";
const ROOT = resolve(import.meta.dirname, "../..");
const STOP_BOUND_MS = 20_000;
const COPIES = 10;
const PRICE_CENTS = 1_999n;
/** Short, so that a book has an owner again soon; still far longer than a renewal takes. */
const LEASE = "2s";
const address = await runningCql();
const log = createLogger("test", "silent");

/** Two processes of one bookstore, each of which a test may kill. */
class Pair implements AsyncDisposable {
  readonly env: Record<string, string>;
  readonly #processes: ServiceProcess[] = [];
  readonly #channels: { close(): void }[] = [];
  readonly stores: Client<typeof BookstoreServiceService>[] = [];

  private constructor(cql: { contactPoints: readonly string[]; localDc: string }) {
    this.env = {
      TIDINGS_ENGINE: "cql",
      TIDINGS_CQL_CONTACT_POINTS: cql.contactPoints.join(","),
      TIDINGS_CQL_LOCAL_DC: cql.localDc,
      TIDINGS_CQL_KEYSPACE: `test_${randomBytes(5).toString("hex")}`,
      TIDINGS_BOOKSTORE_LEASE: LEASE,
      TIDINGS_LOG_LEVEL: "warn",
    };
  }

  static async start(): Promise<Pair> {
    const pair = new Pair(present(address));
    // One after the other: the first makes the tables.
    for (const index of [0, 1]) await pair.spawn(index);
    return pair;
  }

  async spawn(index: number): Promise<void> {
    const base = await findPortBase(HOST);
    const { plans } = planMesh({ base, timelines: 1, host: HOST, neighbours: ["bookstore"] });
    const plan = present(plans.find(({ name }) => name === "bookstore"));
    const options = { cwd: ROOT, env: { ...process.env, ...this.env }, onLine: () => {} };
    const spawned = spawnService(plan, options);
    this.#processes[index] = spawned;
    await spawned.ready;
    const channel = connect(`${HOST}:${plan.port}`, { log, connections: 4, retry: "none" });
    this.#channels.push(channel);
    this.stores[index] = createClient(BookstoreServiceService, channel);
  }

  async kill(index: number): Promise<void> {
    const killed = present(this.#processes[index]);
    killed.signal("SIGKILL");
    await killed.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const channel of this.#channels) channel.close();
    await Promise.all(this.#processes.map((one) => one.stop(STOP_BOUND_MS)));
    await dropKeyspace(this.env);
  }
}

describe.skipIf(!address)(cqlTitle("two processes of a bookstore, one killed", address), () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await Pair.start();
  });
  afterAll(() => pair?.[Symbol.asyncDispose]());

  /** The owner that is asked is killed with the first answers, and comes back; buyers go on at the other. */
  async function rushWhileKilled(linesPerOrder: number) {
    let reached = 0;
    const store = {
      address: "both",
      store: () => pair.stores[reached],
      crash: async () => {
        const killed = reached;
        reached = 1 - reached;
        await pair.kill(killed);
        await pair.spawn(killed);
      },
      [Symbol.asyncDispose]: async () => {},
    };
    const done = await rush(store, {
      ...{ buyers: 200, books: 20, copies: COPIES, linesPerOrder, seed: 7 },
      ...{ kills: 1, atOnce: 200, timeoutMs: 100_000 },
    });
    expect(done.kills).toBe(1);
    expect(done.bought.some(({ retries }) => retries > 0)).toBe(true);
    return { copies: COPIES, ...done };
  }

  test("orders of one book: the other takes over, and every answer stays true", async () => {
    expect(judge(await rushWhileKilled(1))).toEqual([]);
  });

  // An order of several shards sets copies aside while it is decided, and others may be refused for these: so no
  // order of the calls explains each refusal, and what must hold is what is counted.
  test("orders of several: nothing is oversold, and no order is lost or taken twice", async () => {
    const { books, bought } = await rushWhileKilled(3);
    expect(books.flatMap((book) => judgeCounts(book, COPIES, bought))).toEqual([]);
  });

  test("what the killed one had reserved is confirmed, or expires, at its successor", async () => {
    const isbns = [1, 2, 3, 4, 5, 6].map((i) => bookNumber(8_000_000 + i));
    const [killed, other] = pair.stores;
    for (const isbn of isbns) {
      const book = { isbn: String(isbn), title: "Kept", author: "Ann", copies: 1n };
      await until(() => other.addBook({ ...book, priceCents: PRICE_CENTS }));
    }
    const reserve = (isbn: number, ttlMs: bigint) => {
      const lines = [{ bookId: BigInt(isbn), copies: 1, priceCents: PRICE_CENTS }];
      const idempotencyKey = `kept-${isbn}`;
      return until(() => killed.reserve({ buyerId: 5n, lines, idempotencyKey, ttlMs }));
    };
    const kept = await Promise.all(isbns.slice(0, 3).map((isbn) => reserve(isbn, 600_000n)));
    await Promise.all(isbns.slice(3).map((isbn) => reserve(isbn, 1_000n)));
    await pair.kill(0);
    for (const { order } of kept) {
      const { orderId } = present(order);
      const confirmed = await until(() => other.confirm({ orderId, buyerId: 5n }));
      expect(confirmed.order?.state).toBe(OrderState.PLACED);
    }
    const counts = async () => {
      const books = await Promise.all(
        isbns.map((isbn) => other.getBook({ bookId: BigInt(isbn) }).catch(() => undefined)),
      );
      return books.map((one) => one?.book && [one.book.availableCopies, one.book.soldCopies]);
    };
    const [sold, back] = [
      [0n, 1n],
      [1n, 0n],
    ];
    const wanted = [sold, sold, sold, back, back, back];
    await expect.poll(counts, { timeout: 60_000, interval: 100 }).toEqual(wanted);
  });
});

/** The answer, once somebody owns what is asked about. The test's timeout bounds it. */
async function until<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "UNAVAILABLE" && code !== "DEADLINE_EXCEEDED") throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BookstoreServiceService, OrderState } from "#gen/bookstore/v1/bookstore.ts";
import { BookstorePeerServiceService } from "#gen/bookstore/v1/peer.ts";
import { readBookstoreConfig } from "../../../services/bookstore/config.ts";
import {
  type BookstoreService,
  createBookstoreService,
} from "../../../services/bookstore/create.ts";
import { MAX_SHARDS } from "../../../services/bookstore/domain/ids.ts";
import { bookNumber } from "../../../services/bookstore/testing/books.ts";
import { present } from "../../../services/model/invariant.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import {
  type Channel,
  connect,
  createClient,
} from "../../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { cqlTitle, runningCql } from "../../support/engines/cql-keyspace.ts";
import { untilAllServed } from "../../support/mesh/bookstore-pair.ts";
import { untilResting } from "../../support/mesh/shard-owners.ts";

const address = await runningCql();
const log = createLogger("test", "silent");
const BOOKS = 40;
const PRICE = 500n;

interface Process {
  readonly service: BookstoreService;
  readonly store: Client<typeof BookstoreServiceService>;
  readonly channel: Channel;
}

describe.skipIf(!address)(cqlTitle("two processes of a bookstore", address), () => {
  const env = {
    TIDINGS_BOOKSTORE_PORT: "0",
    TIDINGS_BOOKSTORE_METRICS_PORT: "0",
    TIDINGS_ENGINE: "cql",
    TIDINGS_CQL_CONTACT_POINTS: address?.contactPoints.join(",") ?? "",
    TIDINGS_CQL_LOCAL_DC: address?.localDc ?? "",
    TIDINGS_CQL_KEYSPACE: `test_${randomBytes(5).toString("hex")}`,
  };
  const books = Array.from({ length: BOOKS }, (_, i) => BigInt(bookNumber(i)));
  const processes: Process[] = [];

  async function start(): Promise<Process> {
    const service = await createBookstoreService(readBookstoreConfig(env), { log });
    const channel = connect(service.address, PATIENT);
    const one = { service, channel, store: createClient(BookstoreServiceService, channel) };
    processes.push(one);
    return one;
  }

  async function stop({ service, channel }: Process): Promise<void> {
    channel.close();
    await service.close();
  }

  /** Of each book, by what one process says. */
  const sold = async ({ store }: Process) => {
    const all = await Promise.all(books.map((bookId) => store.getBook({ bookId })));
    return all.map(({ book }) => present(book).soldCopies);
  };
  const line = (bookId: bigint) => ({ bookId, copies: 1, priceCents: PRICE });
  /** When no shard moves between those that live. */
  const resting = async () => {
    const peers = processes.map(
      ({ service, channel }) =>
        [service.address, createClient(BookstorePeerServiceService, channel)] as const,
    );
    await untilResting(new Map(peers), MAX_SHARDS);
    for (const { store } of processes) await untilAllServed(store);
  };

  beforeAll(async () => {
    const { store } = await start();
    for (const [i, bookId] of books.entries()) {
      const isbn = String(bookId);
      await store.addBook({
        isbn,
        title: `Book ${i}`,
        author: "Ann",
        priceCents: PRICE,
        copies: 10n,
      });
    }
  });
  afterAll(async () => {
    for (const one of processes) await stop(one);
    const config = readBookstoreConfig(env);
    const cql = await connectCql({ ...config, service: "test" }, log);
    await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
    await cql.close();
  });

  it("share the shards, and each answers for all books", { timeout: 120_000 }, async () => {
    const one = processes[0];
    const two = await start();
    await resting();
    const none = books.map(() => 0n);
    for (const each of processes) expect(await sold(each)).toEqual(none);
    for (const [i, bookId] of books.entries()) {
      const { store } = i % 2 === 0 ? one : two;
      await store.placeOrder({ buyerId: 7n, idempotencyKey: `k${i}`, lines: [line(bookId)] });
    }
    const both = [one, two].map(({ store }) =>
      store.listOrders({ buyerId: 7n, limit: 100, pageToken: "" }),
    );
    const [first, second] = await Promise.all(both);
    expect(first.orders).toHaveLength(BOOKS);
    expect(second).toEqual(first);
    const found = await two.store.searchBooks({ query: "ann book", limit: 100 });
    expect(found.books).toHaveLength(BOOKS);
    expect(await sold(one)).toEqual(books.map(() => 1n));
  });

  it("place orders of several books of each other, whole", { timeout: 120_000 }, async () => {
    const pairs = books.slice(1).map((bookId, i) => [line(books[i]), line(bookId)]);
    const orders = pairs.map((lines, i) => ({ buyerId: 8n, idempotencyKey: `p${i}`, lines }));
    const answers = await Promise.all(
      orders.map((order, i) => processes[i % 2].store.placeOrder(order)),
    );
    for (const { order } of answers) expect(order?.state).toBe(OrderState.PLACED);
    const { results } = await processes[0].store.placeOrders({ orders });
    const ids = results.map(({ outcome }) => outcome?.$case === "placed" && outcome.value.orderId);
    expect(ids).toEqual(answers.map(({ order }) => order?.orderId));
    for (const { service } of processes) await service.settle();
    const expected = books.map((_, i) => (i === 0 || i === BOOKS - 1 ? 2n : 3n));
    expect(await sold(processes[1])).toEqual(expected);
  });

  it("take over from who leaves, with all that was answered", { timeout: 120_000 }, async () => {
    const [one, two] = processes;
    const before = await sold(two);
    await stop(one);
    processes.shift();
    await resting();
    expect(await sold(two)).toEqual(before);
    const again = { buyerId: 7n, idempotencyKey: "k0", lines: [line(books[0])] };
    const { order } = await two.store.placeOrder(again);
    expect(order?.state).toBe(OrderState.PLACED);
    expect(await sold(two)).toEqual(before);
  });
});

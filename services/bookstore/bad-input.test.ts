import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import type { Client } from "../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../platform/grpc/client/client.ts";
import { PATIENT } from "../platform/grpc/testing/patient.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readBookstoreConfig } from "./config.ts";
import { type BookstoreService, createBookstoreService } from "./create.ts";

const log = createLogger("test", "silent");
const BOOK = 9_780_306_406_157n;
const LINE = { bookId: BOOK, copies: 1, priceCents: 5n };
const ORDER = { buyerId: 1n, idempotencyKey: "k", lines: [LINE] };
const NEW_BOOK = { isbn: "0-306-40615-2", title: "T", author: "A", priceCents: 5n, copies: 1n };

describe("the bookstore refuses, naming the field,", () => {
  let folder: string;
  let service: BookstoreService;
  let channel: Channel;
  let store: Client<typeof BookstoreServiceService>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidings-bookstore-"));
    const env = { TIDINGS_BOOKSTORE_PORT: "0", TIDINGS_BOOKSTORE_METRICS_PORT: "0" };
    const config = readBookstoreConfig({ ...env, TIDINGS_DATA_DIR: folder });
    service = await createBookstoreService(config, { log });
    channel = connect(service.address, PATIENT);
    store = createClient(BookstoreServiceService, channel);
  });
  afterAll(async () => {
    channel.close();
    await service.close();
    await rm(folder, { recursive: true });
  });

  const page = { buyerId: 1n, limit: 0, pageToken: "" };
  const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["isbn", () => store.addBook({ ...NEW_BOOK, isbn: "0-306-40615-3" })],
    ["title", () => store.addBook({ ...NEW_BOOK, title: "" })],
    ["title", () => store.addBook({ ...NEW_BOOK, title: "é".repeat(151) })],
    ["title", () => store.addBook({ ...NEW_BOOK, title: "Spring\0" })],
    ["title", () => store.addBook({ ...NEW_BOOK, title: "Spring\n" })],
    ["title", () => store.addBook({ ...NEW_BOOK, title: " " })],
    ["author", () => store.addBook({ ...NEW_BOOK, author: "" })],
    ["author", () => store.addBook({ ...NEW_BOOK, author: "\u001b[2J" })],
    ["price_cents", () => store.addBook({ ...NEW_BOOK, priceCents: -1n })],
    ["copies", () => store.addBook({ ...NEW_BOOK, copies: 1_000_000_001n })],
    ["copies", () => store.restock({ bookId: BOOK, copies: 0n, idempotencyKey: "d" })],
    ["idempotency_key", () => store.restock({ bookId: BOOK, copies: 1n, idempotencyKey: "" })],
    ["price_cents", () => store.setPrice({ bookId: BOOK, priceCents: 100_000_001n })],
    ["book_id", () => store.getBook({ bookId: 12n })],
    ["book_id", () => store.getBook({ bookId: 2n ** 62n })],
    ["query", () => store.searchBooks({ query: "", limit: 0 })],
    ["query", () => store.searchBooks({ query: "a\0", limit: 0 })],
    ["limit", () => store.searchBooks({ query: "a", limit: 101 })],
    ["buyer_id", () => store.placeOrder({ ...ORDER, buyerId: 0n })],
    ["lines", () => store.placeOrder({ ...ORDER, lines: [] })],
    ["lines", () => store.placeOrder({ ...ORDER, lines: Array.from({ length: 21 }, () => LINE) })],
    ["lines", () => store.placeOrder({ ...ORDER, lines: [LINE, LINE] })],
    ["lines[0].copies", () => store.placeOrder({ ...ORDER, lines: [{ ...LINE, copies: -1 }] })],
    ["lines[0].book_id", () => store.placeOrder({ ...ORDER, lines: [{ ...LINE, bookId: 1n }] })],
    [
      "lines[0].price_cents",
      () => store.placeOrder({ ...ORDER, lines: [{ ...LINE, priceCents: -1n }] }),
    ],
    ["idempotency_key", () => store.placeOrder({ ...ORDER, idempotencyKey: "" })],
    ["idempotency_key", () => store.placeOrder({ ...ORDER, idempotencyKey: "ü" })],
    ["idempotency_key", () => store.placeOrder({ ...ORDER, idempotencyKey: "k".repeat(65) })],
    ["ttl_ms", () => store.reserve({ ...ORDER, ttlMs: 999n })],
    ["ttl_ms", () => store.reserve({ ...ORDER, ttlMs: 86_400_001n })],
    ["orders", () => store.placeOrders({ orders: [] })],
    ["orders", () => store.placeOrders({ orders: Array.from({ length: 1_001 }, () => ORDER) })],
    ["order_id", () => store.getOrder({ orderId: 0n, buyerId: 1n })],
    ["order_id", () => store.confirm({ orderId: 2n ** 60n, buyerId: 1n })],
    ["limit", () => store.listOrders({ ...page, limit: -1 })],
    ["page_token", () => store.listOrders({ ...page, pageToken: "x" })],
    ["page_token", () => store.listOrders({ ...page, pageToken: "0-0" })],
  ];

  it.each(cases)("a wrong %s", async (field, call) => {
    await expect(call()).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [{ field }],
    });
  });

  it("and says what is not there", async () => {
    await expect(store.getBook({ bookId: BOOK })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(store.placeOrder(ORDER)).rejects.toMatchObject({ code: "NOT_FOUND" });
    for (const orderId of [64n, 65n, 2n ** 53n - 1n]) {
      await expect(store.getOrder({ orderId, buyerId: 1n })).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    }
  });
});

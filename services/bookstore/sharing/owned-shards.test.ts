import { beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { NOT_OWNER } from "../../platform/grpc/errors/errors.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { addBook } from "../domain/shard/stock.ts";
import { bookNumber } from "../testing/books.ts";
import { heldJournal, nextTurn } from "../testing/held-journal.ts";
import { OwnedShards } from "./owned-shards.ts";

const NEVER = { deadlineMs: Number.POSITIVE_INFINITY };
const BOOK = { title: "T", author: "A", priceCents: 5, copies: 1 };
const nobody = () => Promise.reject(new Error("there is no other shard"));

let shards: OwnedShards;
let books = 0;
let term: number;
let groups: ReturnType<typeof heldJournal>["groups"];

beforeEach(async () => {
  term = 1;
  const held = heldJournal();
  groups = held.groups;
  shards = new OwnedShards({
    shardCount: 1,
    journals: { open: async () => held.journal, close: async () => {} },
    ownership: {
      owns: () => true,
      term: () => term,
      ownerOf: () => undefined,
      map: () => undefined,
    },
    createHolders: () => ({ hold: nobody, settle: nobody }),
    createIndex: () => ({ add: () => {}, search: () => [] }),
    clock: new ManualClock(),
    log: createLogger("test", "silent"),
    limits: { maxWaiting: 10, maxGroup: 10, maxBooks: 10, maxOrders: 10 },
    onGroup: () => {},
    onFailure: () => {},
  });
  await shards.load([0]);
});

/** A call whose group is being written. */
async function callInFlight() {
  const book = { ...BOOK, bookId: bookNumber(books++) };
  const answer = shards.answer(0, ({ ledger }) =>
    ledger.submit((shard) => addBook(shard, book) === undefined, NEVER),
  );
  while (groups.length === 0) await nextTurn();
  return { answer, durable: () => groups[0].resolve() };
}

it("answers what it has taken before a shard leaves, and takes no more", async () => {
  const { answer, durable } = await callInFlight();
  let isFinished = false;
  const finished = shards.finish([0]).then(() => {
    isFinished = true;
  });
  expect(shards.has(0)).toBe(false);
  expect(() => shards.own(0)).toThrow(expect.objectContaining({ reason: NOT_OWNER }));
  await nextTurn();
  expect(isFinished).toBe(false);
  durable();
  await expect(answer).resolves.toBeTypeOf("boolean");
  await finished;
});

it("stands by its answer when another shard has left meanwhile", async () => {
  const { answer, durable } = await callInFlight();
  term = 2;
  durable();
  await expect(answer).resolves.toBeTypeOf("boolean");
});

it("does not while its lease is in doubt, nor when the shard has left and come back", async () => {
  const doubtful = await callInFlight();
  term = 0;
  doubtful.durable();
  await expect(doubtful.answer).rejects.toMatchObject({ reason: NOT_OWNER });
  term = 1;
  groups.length = 0;
  const { answer, durable } = await callInFlight();
  shards.unload([0]);
  await shards.load([0]);
  durable();
  await expect(answer).rejects.toMatchObject({ reason: NOT_OWNER });
});

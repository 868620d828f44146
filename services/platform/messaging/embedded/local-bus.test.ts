import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Inbox } from "../../../../test/support/engines/inbox.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { u64Key } from "../../storage/lmdb/keys.ts";
import { openLmdb } from "../../storage/lmdb/open.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { ACK } from "../bus.ts";
import { MAX_SUBSCRIBERS } from "../topics.ts";
import { LocalBus } from "./local-bus.ts";
import { memoryQueueStorage } from "./memory-queue-store.ts";
import { openLocalBus } from "./open-local-bus.ts";

const log = createLogger("test", "silent");
const SHAPE = { topics: ["posts"], queues: ["dead-letters"] } as const;
const ALL = { prefetch: 100 };

function createBus(limits: { maxMessages: number; maxOptionalMessages: number }) {
  const clock = new ManualClock();
  const deps = { clock, random: () => 0.5, log, ...limits };
  return { clock, bus: new LocalBus(SHAPE, memoryQueueStorage(), deps) };
}

const texts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => Buffer.from(`${from + i}`));

it("drops the oldest of a subscriber that is away too long, and of no other", async () => {
  const { bus } = createBus({ maxMessages: 100, maxOptionalMessages: 10 });
  await bus.consume("posts.away", ALL, async () => ACK).close();
  await bus.publish("posts", texts(8));
  await bus.publish("posts", texts(8, 8));
  expect(bus.queue("posts.away").depth.ready).toBe(10);
  expect(bus.queue("posts.fanout").depth.ready).toBe(16);
  const inbox = new Inbox();
  bus.consume("posts.away", ALL, inbox.take(ACK));
  expect(await inbox.received(10)).toEqual(texts(10, 6).map(String));
});

it("refuses all when one that must miss nothing is full", async () => {
  const { bus } = createBus({ maxMessages: 10, maxOptionalMessages: 100 });
  await bus.consume("posts.away", ALL, async () => ACK).close();
  await bus.publish("posts", texts(10));
  await expect(bus.publish("posts", texts(1))).rejects.toMatchObject({
    code: "RESOURCE_EXHAUSTED",
  });
  expect(bus.queue("posts.away").depth.ready).toBe(10);
});

it("ends a subscription that nobody uses, and none that is used or required", async () => {
  const { bus, clock } = createBus({ maxMessages: 10, maxOptionalMessages: 100 });
  await bus.consume("posts.gone", ALL, async () => ACK).close();
  bus.consume("posts.here", ALL, async () => ACK);
  await bus.publish("posts", texts(3));
  await clock.advance(1_000);
  await bus.sweep(2_000);
  expect(bus.queues).toHaveLength(4);
  await clock.advance(1_500);
  await bus.sweep(2_000);
  const names = bus.queues.map(({ name }) => name).sort();
  expect(names).toEqual(["dead-letters", "posts.fanout", "posts.here"]);
  bus.consume("posts.gone", ALL, async () => ACK);
  expect(bus.queue("posts.gone").depth.ready).toBe(0);
});

it("has a bound of subscribers, and no queue of another's topic", async () => {
  const { bus } = createBus({ maxMessages: 10, maxOptionalMessages: 100 });
  for (let i = 1; i < MAX_SUBSCRIBERS; i++) bus.queue(`posts.s${i}`);
  expect(() => bus.queue("posts.more")).toThrow("subscribers");
  for (const name of ["edges.a", "posts.", "posts.A", "posts", "chunks", ""]) {
    expect(() => bus.queue(name)).toThrow("queue");
  }
});

it("drains a folder with the queues that were there before topics", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-old-bus-"));
  let lmdb = openLmdb(folder);
  const old = lmdb.table("queue/posts");
  await lmdb.commit((tx) => {
    for (const [i, text] of texts(5).entries()) tx.put(old, u64Key(BigInt(i + 1)), text);
  });
  await lmdb.close();
  lmdb = openLmdb(folder);
  const bus = openLocalBus(lmdb, SHAPE, { log });
  await bus.publish("posts", texts(1, 5));
  const inbox = new Inbox();
  bus.consume("posts.fanout", ALL, inbox.take(ACK));
  expect(await inbox.received(6)).toEqual(texts(6).map(String));
  await bus.close();
  await lmdb.close();
  await rm(folder, { recursive: true });
});

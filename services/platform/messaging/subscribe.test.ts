import { expect, it } from "vitest";
import { DeadLetter, Event } from "#gen/event/v1/event.ts";
import { until } from "../../../test/support/until.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import { unavailable } from "../grpc/errors/errors.ts";
import { createLogger } from "../telemetry/logger.ts";
import { LocalBus } from "./embedded/local-bus.ts";
import { memoryQueueStorage } from "./embedded/memory-queue-store.ts";
import { newMessageId } from "./message-id.ts";
import { subscribe } from "./subscribe.ts";

const log = createLogger("test", "silent");

function world() {
  const clock = new ManualClock();
  const deps = { clock, random: () => 0.5, log };
  const shape = { topics: ["posts"], queues: ["dead-letters"] } as const;
  const limits = { maxMessages: 100, maxOptionalMessages: 100 };
  const bus = new LocalBus(shape, memoryQueueStorage(), { ...deps, ...limits });
  const depth = () => bus.queue("posts.test").depth;
  const pass = (isDone: () => boolean) =>
    until(async () => {
      if (clock.sleeperCount > 0) await clock.advance(10_000);
      return isDone();
    });
  return { deps, bus, depth, pass };
}

const event = (messageId = newMessageId()) =>
  Event.encode({ event: undefined, requestId: "r", messageId }).finish();

it("gives every copy of a message the same id, and the trace with it", async () => {
  const { bus, deps, depth, pass } = world();
  const seen: string[] = [];
  subscribe(
    bus,
    "posts.test",
    async ({ requestId }, id) => void seen.push(`${requestId} ${id}`),
    deps,
  );
  const message = event();
  await bus.publish("posts", [message, message, event()]);
  await pass(() => seen.length === 3 && depth().unsettled === 0);
  expect(seen[0]).toBe(seen[1]);
  expect(seen[2]).not.toBe(seen[0]);
  expect(seen[0]).toMatch(/^r [0-9a-f]{32}$/);
});

it("waits for a target that is down, however long", async () => {
  const { bus, deps, depth, pass } = world();
  let tries = 0;
  const handle = async () => {
    if (++tries < 50) throw unavailable("down");
  };
  subscribe(bus, "posts.test", handle, deps);
  await bus.publish("posts", [event()]);
  await pass(() => tries === 50 && depth().unsettled === 0);
  expect(bus.queue("dead-letters").depth.ready).toBe(0);
});

it("gives a poisoned message up after 8 failures, and delivers those behind it", async () => {
  const { bus, deps, depth, pass } = world();
  const poison = newMessageId();
  const taken: string[] = [];
  const handle = async (_: Event, id: string) => {
    if (id === poison.toString("hex")) throw new Error("poison");
    taken.push(id);
  };
  subscribe(bus, "posts.test", handle, deps);
  await bus.publish("posts", [event(poison), event(), Uint8Array.of(0x0a, 0x7f)]);
  await pass(() => taken.length === 1 && depth().ready + depth().unsettled === 0);
  const letters: DeadLetter[] = [];
  bus.consume("dead-letters", { prefetch: 9 }, async ({ payload }) => {
    letters.push(DeadLetter.decode(payload));
    return { kind: "ack" };
  });
  await pass(() => letters.length === 2);
  expect(letters.map(({ reason }) => reason).sort()).toEqual([
    "Error: poison",
    expect.stringContaining("no event"),
  ]);
  expect(letters[0]).toMatchObject({ topic: "posts", subscriber: "test" });
});

it("tells a handler that waits when the subscriber closes, and leaves its message to the next one", async () => {
  const { bus, deps, depth, pass } = world();
  let isWaiting = false;
  const wait = (_: Event, __: string, closing: AbortSignal) => {
    isWaiting = true;
    return new Promise<void>((_resolve, reject) => {
      closing.addEventListener("abort", () => reject(closing.reason));
    });
  };
  const waiting = subscribe(bus, "posts.test", wait, deps);
  await bus.publish("posts", [event()]);
  await pass(() => isWaiting);
  await waiting.close();
  let taken = 0;
  subscribe(bus, "posts.test", async () => void taken++, deps);
  await pass(() => taken === 1 && depth().ready + depth().unsettled === 0);
});

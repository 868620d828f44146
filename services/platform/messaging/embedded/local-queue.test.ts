import { describe, expect, it } from "vitest";
import { LocalQueue, type QueueDelivery, type Subscription } from "./local-queue.ts";
import { memoryQueueStore } from "./memory-queue-store.ts";
import type { QueueStore } from "./queue-store.ts";

function payloads(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => Uint8Array.of(i >> 8, i & 255));
}

interface Tap {
  readonly got: QueueDelivery[];
  readonly subscription: Subscription;
  ended: boolean;
}

function tap(queue: LocalQueue, prefetch: number): Tap {
  const got: QueueDelivery[] = [];
  const subscription = queue.subscribe({
    prefetch,
    deliver: (batch) => got.push(...batch),
    ended: () => {
      made.ended = true;
    },
  });
  const made: Tap = { got, subscription, ended: false };
  return made;
}

function tags(deliveries: readonly QueueDelivery[]): number[] {
  return deliveries.map(({ tag }) => tag);
}

/** Counts how many stored messages each read looks at. */
function counted(store: QueueStore): QueueStore & { reads: number; seen: number } {
  const made = {
    ...store,
    reads: 0,
    seen: 0,
    read: (first: number, last: number, limit: number) => {
      const found = store.read(first, last, limit);
      made.reads++;
      made.seen += found.length;
      return found;
    },
  };
  return made;
}

describe("a local queue", () => {
  it("delivers in the order of publishing, and returns to it after requeues", async () => {
    const queue = new LocalQueue("posts.fanout", memoryQueueStore(), { maxMessages: 100 });
    const { got, subscription } = tap(queue, 4);
    await queue.publish(payloads(6));
    expect(tags(got)).toEqual([1, 2, 3, 4]);
    await subscription.settle([2], [3, 1]);
    expect(tags(got.slice(4))).toEqual([1, 3, 5]);
    expect(got.slice(4).map(({ redeliveryCount }) => redeliveryCount)).toEqual([1, 1, 0]);
  });

  it("shares messages between subscribers that have room", async () => {
    const queue = new LocalQueue("posts.fanout", memoryQueueStore(), { maxMessages: 100 });
    const first = tap(queue, 3);
    const second = tap(queue, 3);
    await queue.publish(payloads(10));
    expect(tags([...first.got, ...second.got]).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(queue.depth).toEqual({ ready: 4, unsettled: 6, consumers: 2 });
    first.subscription.close();
    expect(queue.depth).toEqual({ ready: 7, unsettled: 3, consumers: 1 });
  });

  it("ignores a tag that the subscriber does not hold", async () => {
    const queue = new LocalQueue("posts.fanout", memoryQueueStore(), { maxMessages: 100 });
    const holder = tap(queue, 2);
    const other = tap(queue, 1);
    await queue.publish(payloads(3));
    await other.subscription.settle(tags(holder.got), [99]);
    await holder.subscription.settle([1, 1], []);
    expect(queue.depth).toMatchObject({ ready: 0, unsettled: 2 });
  });

  it("refuses what is over its bound, with the time to come back", async () => {
    const queue = new LocalQueue("posts.fanout", memoryQueueStore(), { maxMessages: 5 });
    await queue.publish(payloads(4));
    await expect(queue.publish(payloads(2))).rejects.toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      retryAfterMs: 1_000,
    });
    const { got, subscription } = tap(queue, 5);
    await Promise.resolve();
    await subscription.settle(tags(got), []);
    await queue.publish(payloads(5));
  });

  it("never looks at acked messages again, however the acks fall", async () => {
    const store = counted(memoryQueueStore());
    const queue = new LocalQueue("posts.fanout", store, { maxMessages: 10_000 });
    await queue.publish(payloads(2_000));
    const { got, subscription } = tap(queue, 100);
    await Promise.resolve();
    const [stuck] = got;
    for (let next = 1; next < 2_000; next++) await subscription.settle([got[next].tag], []);
    expect(queue.depth).toMatchObject({ ready: 0, unsettled: 1 });
    expect(stuck.tag).toBe(1);
    expect(store.seen).toBe(2_000);
  });

  it("does not deliver what is not durable yet", async () => {
    const store = memoryQueueStore();
    const synced = Promise.withResolvers<void>();
    const slow: QueueStore = {
      ...store,
      append: async (messages) => {
        const last = await store.append(messages);
        await synced.promise;
        return last;
      },
    };
    const queue = new LocalQueue("posts.fanout", slow, { maxMessages: 100 });
    const { got } = tap(queue, 10);
    const published = queue.publish(payloads(2));
    await new Promise((resolve) => setImmediate(resolve));
    expect(got).toEqual([]);
    synced.resolve();
    await published;
    expect(got.length).toBe(2);
  });

  it("tells its subscribers when it closes, and takes nothing more", async () => {
    const queue = new LocalQueue("posts.fanout", memoryQueueStore(), { maxMessages: 100 });
    const member = tap(queue, 10);
    queue.close();
    expect(member.ended).toBe(true);
    await expect(queue.publish(payloads(1))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(() => tap(queue, 1)).toThrow("closing");
  });
});

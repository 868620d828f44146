import { inParallel } from "../../concurrency/in-parallel.ts";
import type { EventBus } from "../bus.ts";
import { type BusTracing, traceSending } from "../bus-spans.ts";
import type { OutboxItem } from "./outbox.ts";

/** What publishing from an outbox takes. */
export interface Publishing {
  readonly bus: Pick<EventBus, "publish">;
  /** Writes what an item's change may lack; idempotent. */
  readonly complete?: (change: Uint8Array) => Promise<void>;
  /** Durable before any of these is published: for logs of what is published. */
  readonly record?: (items: readonly OutboxItem[]) => Promise<void>;
  /** The bus has confirmed these. Must not throw. */
  readonly onPublished?: (items: readonly OutboxItem[]) => void;
  /** Of messages that are traced. */
  readonly tracing?: BusTracing | undefined;
}

/** How long whoever closes waits for what it publishes at that moment, ms. */
export const LAST_BATCH_MS = 2_000;

const MAX_COMPLETED_AT_ONCE = 32;

/** Completes half-written changes, records all items, then publishes them, a batch a queue. */
export async function publishItems(
  { bus, complete, record, onPublished, tracing }: Publishing,
  items: readonly OutboxItem[],
): Promise<void> {
  if (complete) {
    await inParallel(MAX_COMPLETED_AT_ONCE, items, async ({ change }) => {
      if (change) await complete(change);
    });
  }
  await record?.(items);
  const events = items.filter(({ payload }) => payload.length > 0);
  const queues = [...Map.groupBy(events, (item) => item.queue)];
  await Promise.all(
    queues.map(([queue, group]) => {
      const payloads = group.map((item) => item.payload);
      const publish = () => bus.publish(queue, payloads);
      return tracing ? traceSending(tracing, queue, payloads, publish) : publish();
    }),
  );
  onPublished?.(events);
}

import type { Outbox, OutboxItem } from "../../../services/platform/messaging/outbox/outbox.ts";

/** Takes everything out of an outbox, as a relay would, and gives it. */
export async function drain<Position>(outbox: Outbox<Position>): Promise<OutboxItem<Position>[]> {
  const all: OutboxItem<Position>[] = [];
  for (;;) {
    const items = await outbox.read(7);
    if (items.length === 0) return all;
    all.push(...items);
    await outbox.published(items);
  }
}

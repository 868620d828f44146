import type { EventBus } from "../../../services/platform/messaging/bus.ts";

/** One engine with the topic posts and the queue dead-letters, empty at first. */
export interface BusFixture {
  /** A bus as one more process would have it. */
  connect(): Promise<EventBus>;
  /** Ends a bus as if its process had died: nothing in hand is settled. */
  kill(bus: EventBus): Promise<void>;
  /** The engine goes down and comes back with what was durable. Buses stay as they are. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const PREFETCH = { prefetch: 100 };

export function payload(text: string): Uint8Array {
  return Buffer.from(text);
}

export function payloads(count: number, prefix = "message"): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => payload(`${prefix} ${i}`));
}

/** Runs a test with an engine of its own. */
export function engineUser(create: () => Promise<BusFixture>) {
  return async (use: (fixture: BusFixture, bus: EventBus) => Promise<void>): Promise<void> => {
    const fixture = await create();
    try {
      await use(fixture, await fixture.connect());
    } finally {
      await fixture.close();
    }
  };
}

import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { createLogger } from "../../telemetry/logger.ts";
import type { Destination } from "../bus.ts";
import type { Outbox, OutboxItem } from "./outbox.ts";
import { startRelay } from "./relay.ts";

const log = createLogger("test", "silent");

/** An outbox in memory. */
class MemoryOutbox implements Outbox<number> {
  items: OutboxItem<number>[] = [];
  #next = 0;
  readonly #wakers = new Set<() => void>();

  add(queue: Destination, text: string, change?: string): void {
    this.#next += 1;
    const item = { position: this.#next, queue, payload: Buffer.from(text) };
    this.items.push(change === undefined ? item : { ...item, change: Buffer.from(change) });
    for (const wake of this.#wakers) wake();
  }

  async read(limit: number) {
    return this.items.slice(0, limit);
  }

  async published(items: readonly OutboxItem<number>[]) {
    this.items = this.items.filter((item) => !items.includes(item));
  }

  onWrite(wake: () => void) {
    this.#wakers.add(wake);
    return () => this.#wakers.delete(wake);
  }

  async depth() {
    return this.items.length;
  }
}

function start() {
  const outbox = new MemoryOutbox();
  const clock = new ManualClock();
  const seen: string[] = [];
  const bus = {
    isDown: false,
    publish: async (queue: Destination, payloads: readonly Uint8Array[]) => {
      if (bus.isDown) throw new Error("down");
      seen.push(...payloads.map((payload) => `${queue}:${Buffer.from(payload)}`));
    },
  };
  const complete = async (change: Uint8Array) => {
    seen.push(`complete:${Buffer.from(change)}`);
  };
  const open = () => startRelay({ outbox, bus, complete, clock, log, random: () => 1 });
  return { outbox, clock, seen, bus, open };
}

describe("the relay", () => {
  it("publishes what was there before it started, and what comes later", async () => {
    const { outbox, seen, open } = start();
    outbox.add("posts", "1");
    const relay = open();
    await relay.settle();
    outbox.add("edges", "2");
    await relay.settle();
    expect(seen).toEqual(["posts:1", "edges:2"]);
    await relay.close();
  });

  it("completes a half-written change before it publishes the event", async () => {
    const { outbox, seen, open } = start();
    outbox.add("posts", "1", "change");
    const relay = open();
    await relay.settle();
    expect(seen).toEqual(["complete:change", "posts:1"]);
    await relay.close();
  });

  it("keeps everything while the bus is down, and goes on when it is back", async () => {
    const { outbox, clock, seen, bus, open } = start();
    bus.isDown = true;
    const relay = open();
    for (let i = 0; i < 1_200; i++) outbox.add("posts", `${i}`);
    while (clock.sleeperCount === 0) await new Promise(setImmediate);
    expect(outbox.items).toHaveLength(1_200);
    bus.isDown = false;
    const settled = relay.settle();
    await clock.advance(5_000);
    await settled;
    expect(seen).toHaveLength(1_200);
    await relay.close();
  });

  it("closes while the bus is down, and leaves what is not published", async () => {
    const { outbox, clock, bus, open } = start();
    bus.isDown = true;
    outbox.add("posts", "1");
    const relay = open();
    while (clock.sleeperCount === 0) await new Promise(setImmediate);
    await relay.close();
    expect(outbox.items).toHaveLength(1);
  });

  it("closes though the bus never confirms, and leaves the batch to the next start", async () => {
    const { outbox, clock, bus, open } = start();
    outbox.add("posts", "one");
    const asked = Promise.withResolvers<void>();
    const confirmed = Promise.withResolvers<void>();
    bus.publish = () => {
      asked.resolve();
      return confirmed.promise;
    };
    const relay = open();
    await asked.promise;
    const closed = relay.close();
    await clock.advance(2_000);
    await closed;
    confirmed.resolve();
    await new Promise(setImmediate);
    expect(outbox.items).toHaveLength(1);
  });
});

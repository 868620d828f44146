import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Destination } from "../../../services/platform/messaging/bus.ts";
import type { Outbox } from "../../../services/platform/messaging/outbox/outbox.ts";
import { drain } from "../../support/engines/drain-outbox.ts";

/** An empty outbox, and a writer of it. */
export interface OutboxFixture {
  readonly outbox: Outbox;
  /** Resolves once the event is stored and its change complete. */
  add(queue: Destination, payload: string): Promise<void>;
  close(): Promise<void>;
}

/** What every outbox promises to its relay. */
export function outboxContract(open: () => Promise<OutboxFixture>): void {
  let fixture: OutboxFixture;
  let outbox: Outbox;

  beforeEach(async () => {
    fixture = await open();
    outbox = fixture.outbox;
  });
  afterEach(() => fixture.close());

  const addMany = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => fixture.add("posts", `${i}`)));
  const textsOf = (items: readonly { readonly payload: Uint8Array }[]) =>
    items.map(({ payload }) => Buffer.from(payload).toString());

  describe("reading", () => {
    it("gives what was added, once each, a limit at a time, until it is published", async () => {
      await addMany(30);
      const first = await outbox.read(10);
      expect(first.length).toBeLessThanOrEqual(10);
      expect(textsOf(await outbox.read(10))).toEqual(textsOf(first));
      const all = textsOf(await drain(outbox));
      expect([...all].sort()).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`).sort());
      expect(await outbox.read(10)).toEqual([]);
    });

    it("keeps the queue and the order of one writer", async () => {
      await fixture.add("posts", "a");
      await fixture.add("edges", "b");
      await fixture.add("posts", "c");
      const items = await drain(outbox);
      expect(items.map(({ queue }) => queue)).toEqual(["posts", "edges", "posts"]);
      expect(textsOf(items)).toEqual(["a", "b", "c"]);
    });
  });

  describe("publishing", () => {
    it("of the first items leaves the others", async () => {
      await addMany(9);
      const items = await outbox.read(9);
      await outbox.published(items.slice(0, 4));
      expect(await outbox.depth()).toBe(5);
      expect(textsOf(await drain(outbox))).toEqual(textsOf(items.slice(4)));
      expect(await outbox.depth()).toBe(0);
    });

    it("of nothing changes nothing", async () => {
      await addMany(2);
      await outbox.published([]);
      expect(await outbox.depth()).toBe(2);
    });
  });

  it("wakes its relay after a write, until the relay stops listening", async () => {
    let wakes = 0;
    const stop = outbox.onWrite(() => {
      wakes += 1;
    });
    await fixture.add("posts", "a");
    expect(wakes).toBe(1);
    stop();
    await fixture.add("posts", "b");
    expect(wakes).toBe(1);
  });
}

import { describe, expect, it } from "vitest";
import { DeadLetter } from "#gen/event/v1/event.ts";
import { present } from "../../../services/model/invariant.ts";
import {
  ACK,
  type BusMessage,
  type EventBus,
  type Outcome,
  REQUEUE,
} from "../../../services/platform/messaging/bus.ts";
import { Inbox } from "../../support/engines/inbox.ts";
import { until } from "../../support/until.ts";
import { type BusFixture, engineUser, PREFETCH, payload, payloads } from "./event-bus.fixture.ts";

async function depthOf(bus: EventBus): Promise<{ ready: number; unsettled: number }> {
  const depths = await bus.depths();
  const { ready, unsettled } = present(depths.find(({ queue }) => queue === "posts.fanout"));
  return { ready, unsettled };
}

/** What is in hand is not ready either, and comes back when it is not settled. */
function untilEmpty(bus: EventBus): Promise<void> {
  return until(async () => {
    const { ready, unsettled } = await depthOf(bus);
    return ready + unsettled === 0;
  });
}

/** What every adapter of the event bus promises. `create` makes a fresh engine for each test. */
export function eventBusContract(create: () => Promise<BusFixture>): void {
  const withEngine = engineUser(create);

  describe("delivery", () => {
    it("delivers what was published before and after the consumer came", () =>
      withEngine(async (_, bus) => {
        await bus.publish("posts", payloads(300, "before"));
        const inbox = new Inbox();
        bus.consume("posts.fanout", PREFETCH, inbox.take(ACK));
        await bus.publish("posts", payloads(300, "after"));
        const texts = await inbox.received(600);
        expect(new Set(texts)).toEqual(
          new Set([...payloads(300, "before"), ...payloads(300, "after")].map(String)),
        );
      }));

    it("forgets what was acked, also after a restart", () =>
      withEngine(async (fixture, bus) => {
        const inbox = new Inbox();
        await bus.publish("posts", payloads(20));
        const consumer = bus.consume("posts.fanout", PREFETCH, inbox.take(ACK));
        await inbox.received(20);
        await consumer.close();
        await untilEmpty(bus);
        await fixture.restart();
        const later = await fixture.connect();
        await later.publish("posts", [payload("new")]);
        const after = new Inbox();
        later.consume("posts.fanout", PREFETCH, after.take(ACK));
        expect(await after.received(1)).toEqual(["new"]);
      }));

    it("delivers again what was requeued, and says how often", () =>
      withEngine(async (_, bus) => {
        const counts: number[] = [];
        const third = Promise.withResolvers<void>();
        await bus.publish("posts", [payload("stubborn")]);
        bus.consume("posts.fanout", PREFETCH, async ({ redeliveryCount }) => {
          counts.push(redeliveryCount);
          if (counts.length < 3) return REQUEUE;
          third.resolve();
          return ACK;
        });
        await third.promise;
        expect(counts).toEqual([0, 1, 2]);
      }));

    it("delivers to another what a dead consumer had in hand", () =>
      withEngine(async (fixture, bus) => {
        const doomed = await fixture.connect();
        const held = new Inbox();
        doomed.consume("posts.fanout", PREFETCH, held.keep());
        await bus.publish("posts", payloads(10));
        await held.received(10);
        await fixture.kill(doomed);
        held.releaseAll(ACK);
        const heir = await fixture.connect();
        const inbox = new Inbox();
        heir.consume("posts.fanout", PREFETCH, inbox.take(ACK));
        expect(new Set(await inbox.received(10)).size).toBe(10);
      }));

    it("hands out no more than the prefetch, and more as messages are settled", () =>
      withEngine(async (_, bus) => {
        await bus.publish("posts", payloads(50));
        const inbox = new Inbox();
        bus.consume("posts.fanout", { prefetch: 7 }, inbox.keep());
        await inbox.received(7);
        await until(async () => (await depthOf(bus)).ready === 43);
        expect(inbox.messages.length).toBe(7);
        for (let i = 0; i < 43; i++) {
          inbox.release(ACK);
          await inbox.received(8 + i);
        }
        expect(inbox.mostInHand).toBe(7);
        inbox.releaseAll(ACK);
      }));
  });

  describe("outcomes", () => {
    it("puts a dropped message on the dead letters, with queue, reason and payload", () =>
      withEngine(async (_, bus) => {
        await bus.publish("posts", [payload("poison")]);
        const drop: Outcome = { kind: "drop", reason: "it is poison" };
        bus.consume("posts.fanout", PREFETCH, async () => drop);
        const letters: DeadLetter[] = [];
        const arrived = Promise.withResolvers<void>();
        bus.consume("dead-letters", PREFETCH, async (message: BusMessage) => {
          letters.push(DeadLetter.decode(message.payload));
          arrived.resolve();
          return ACK;
        });
        await arrived.promise;
        expect(letters[0]).toMatchObject({
          queue: "posts.fanout",
          topic: "posts",
          subscriber: "fanout",
          reason: "it is poison",
        });
        expect(letters[0].payload.toString()).toBe("poison");
        expect(Number(letters[0].timeMs)).toBeGreaterThan(0);
        await untilEmpty(bus);
      }));

    it("closes a consumer when what it has in hand is settled, and not before", () =>
      withEngine(async (_, bus) => {
        await bus.publish("posts", payloads(3));
        const inbox = new Inbox();
        const consumer = bus.consume("posts.fanout", PREFETCH, inbox.keep());
        await inbox.received(3);
        let closed = false;
        const closing = consumer.close().then(() => {
          closed = true;
        });
        inbox.release(ACK);
        inbox.release(ACK);
        await bus.publish("posts", [payload("late")]);
        expect(closed).toBe(false);
        inbox.release(ACK);
        await closing;
        const rest = new Inbox();
        bus.consume("posts.fanout", PREFETCH, rest.take(ACK));
        expect(await rest.received(1)).toEqual(["late"]);
      }));
  });

  describe("durability", () => {
    it("keeps what was published over a restart", () =>
      withEngine(async (fixture, bus) => {
        await bus.publish("posts", payloads(30));
        await fixture.restart();
        const later = await fixture.connect();
        const inbox = new Inbox();
        later.consume("posts.fanout", PREFETCH, inbox.take(ACK));
        expect(new Set(await inbox.received(30)).size).toBe(30);
      }));

    it("loses nothing when it restarts under publishers and consumers", () =>
      withEngine(async (fixture, bus) => {
        const inbox = new Inbox();
        const consuming = await fixture.connect();
        consuming.consume("posts.fanout", PREFETCH, inbox.take(ACK));
        const publish = async (i: number) => {
          const part = payloads(5, `part ${i},`);
          for (let isOut = false; !isOut; ) {
            const publisher = i < 10 ? bus : await fixture.connect();
            isOut = await publisher.publish("posts", part).then(
              () => true,
              () => false,
            );
          }
        };
        const first = Promise.all(Array.from({ length: 10 }, (_, i) => publish(i)));
        const restarted = fixture.restart();
        await Promise.all([first, restarted]);
        await Promise.all(Array.from({ length: 10 }, (_, i) => publish(10 + i)));
        const survivor = await fixture.connect();
        survivor.consume("posts.fanout", PREFETCH, inbox.take(ACK));
        await inbox.receivedDistinct(100);
      }));
  });
}

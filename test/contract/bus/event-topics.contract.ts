import { describe, expect, it } from "vitest";
import { DeadLetter } from "#gen/event/v1/event.ts";
import {
  ACK,
  type EventBus,
  type Outcome,
  type QueueName,
} from "../../../services/platform/messaging/bus.ts";
import { Inbox } from "../../support/engines/inbox.ts";
import { until } from "../../support/until.ts";
import { type BusFixture, engineUser, PREFETCH, payload, payloads } from "./event-bus.fixture.ts";

/** What every adapter promises to the subscribers of a topic. */
export function eventTopicsContract(create: () => Promise<BusFixture>): void {
  const withEngine = engineUser(create);

  describe("topics", () => {
    /** Resolves when the subscriber's queue is there. */
    const subscribed = (bus: EventBus, queue: QueueName) =>
      until(async () => (await bus.depths()).some((depth) => depth.queue === queue));

    it("gives each subscriber every message, from its first coming on", () =>
      withEngine(async (_, bus) => {
        await bus.publish("posts", payloads(20, "before"));
        const [required, late] = [new Inbox(), new Inbox()];
        bus.consume("posts.late", PREFETCH, late.take(ACK));
        await subscribed(bus, "posts.late");
        bus.consume("posts.fanout", PREFETCH, required.take(ACK));
        await bus.publish("posts", payloads(20, "after"));
        await required.receivedDistinct(40);
        await late.receivedDistinct(20);
        expect(new Set(late.messages)).toEqual(new Set(payloads(20, "after").map(String)));
      }));

    it("lets a subscriber that was away catch up, also over a restart", () =>
      withEngine(async (fixture, bus) => {
        const consumer = bus.consume("posts.away", PREFETCH, new Inbox().take(ACK));
        await subscribed(bus, "posts.away");
        await consumer.close();
        await bus.publish("posts", payloads(30));
        await fixture.restart();
        const inbox = new Inbox();
        const later = await fixture.connect();
        later.consume("posts.away", PREFETCH, inbox.take(ACK));
        await inbox.receivedDistinct(30);
        expect(new Set(inbox.messages)).toEqual(new Set(payloads(30).map(String)));
      }));

    it("keeps nobody waiting for a subscriber that never acks", () =>
      withEngine(async (_, bus) => {
        const [stuck, quick] = [new Inbox(), new Inbox()];
        bus.consume("posts.stuck", { prefetch: 1 }, stuck.keep());
        await subscribed(bus, "posts.stuck");
        bus.consume("posts.fanout", PREFETCH, quick.take(ACK));
        for (let i = 0; i < 5; i++) await bus.publish("posts", payloads(100, `part ${i},`));
        await quick.receivedDistinct(500);
        await stuck.received(1);
        expect(stuck.messages).toHaveLength(1);
        stuck.releaseAll(ACK);
      }));

    it("names topic and subscriber in dead letters, and replays to that subscriber alone", () =>
      withEngine(async (_, bus) => {
        const [other, again] = [new Inbox(), new Inbox()];
        const drop: Outcome = { kind: "drop", reason: "poison" };
        const poisoned = bus.consume("posts.picky", PREFETCH, async () => drop);
        await subscribed(bus, "posts.picky");
        bus.consume("posts.fanout", PREFETCH, other.take(ACK));
        await bus.publish("posts", [payload("poison")]);
        const letter = await new Promise<DeadLetter>((resolve) => {
          bus.consume("dead-letters", PREFETCH, async (message) => {
            resolve(DeadLetter.decode(message.payload));
            return ACK;
          });
        });
        expect(letter).toMatchObject({ topic: "posts", subscriber: "picky", queue: "posts.picky" });
        await poisoned.close();
        bus.consume("posts.picky", PREFETCH, again.take(ACK));
        await bus.publish("posts.picky", [letter.payload]);
        expect(await again.received(1)).toEqual(["poison"]);
        await bus.publish("posts", [payload("last")]);
        expect(await other.received(2)).toEqual(["poison", "last"]);
      }));
  });
}

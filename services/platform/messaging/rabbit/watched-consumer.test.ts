import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { SILENCE_MS, WatchedConsumer } from "./watched-consumer.ts";

const log = createLogger("test", "silent");

function watch(state: { ready: number | Promise<number>; inHand: number }) {
  const clock = new ManualClock();
  const subscriptions: { receive: () => void; cancel: () => void; closed: boolean }[] = [];
  const consumer = new WatchedConsumer({
    queue: "posts",
    clock,
    log,
    readyCount: async () => state.ready,
    inHand: () => state.inHand,
    subscribe: (receive, cancel) => {
      const made = { receive, cancel, closed: false };
      subscriptions.push(made);
      return {
        close: async () => {
          made.closed = true;
        },
      };
    },
  });
  return { clock, subscriptions, consumer };
}

describe("a watched consumer", () => {
  it("subscribes anew when messages wait and none comes, twice in a row", async () => {
    const { clock, subscriptions, consumer } = watch({ ready: 5, inHand: 0 });
    await clock.advance(SILENCE_MS);
    expect(subscriptions.length).toBe(1);
    await clock.advance(SILENCE_MS);
    expect(subscriptions.map(({ closed }) => closed)).toEqual([true, false]);
    await consumer.close();
    expect(subscriptions[1].closed).toBe(true);
  });

  it("leaves a subscription alone that receives, or has messages in hand, or has none to get", async () => {
    const state = { ready: 5, inHand: 0 };
    const { clock, subscriptions, consumer } = watch(state);
    for (let look = 0; look < 4; look++) {
      subscriptions[0].receive();
      await clock.advance(SILENCE_MS);
    }
    state.inHand = 1;
    await clock.advance(4 * SILENCE_MS);
    Object.assign(state, { inHand: 0, ready: 0 });
    await clock.advance(4 * SILENCE_MS);
    expect(subscriptions.length).toBe(1);
    await consumer.close();
  });

  it("takes no more from the moment it is told to close, though the broker still owes it an answer", async () => {
    const ready = Promise.withResolvers<number>();
    const { clock, subscriptions, consumer } = watch({ ready: ready.promise, inHand: 0 });
    await clock.advance(SILENCE_MS);
    const closing = consumer.close();
    expect(subscriptions[0].closed).toBe(true);
    ready.resolve(0);
    await closing;
  });

  it("subscribes anew when the broker cancels it, once", async () => {
    const { subscriptions, consumer } = watch({ ready: 0, inHand: 0 });
    subscriptions[0].cancel();
    subscriptions[0].cancel();
    expect(subscriptions.map(({ closed }) => closed)).toEqual([true, false]);
    await consumer.close();
    subscriptions[1].cancel();
    expect(subscriptions).toHaveLength(2);
  });
});

import { describe, expect, it } from "vitest";
import { ACK } from "../../../services/platform/messaging/bus.ts";
import { connectRabbitBus } from "../../../services/platform/messaging/rabbit/rabbit-bus.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { startPrivateBroker } from "../../../tools/engines/private/private.ts";
import { Inbox } from "../../support/engines/inbox.ts";
import { runningBroker } from "../../support/engines/rabbit-bus.ts";

const log = createLogger("test", "silent");
const BATCHES = 60;
const BATCH = 20;
const BOUND_MS = 180_000;
/** Whoever runs tests on real engines has them up; a second broker is then no surprise. */
const isWanted = (await runningBroker()) !== undefined;

describe.skipIf(!isWanted)("RabbitMQ goes down and comes back", () => {
  it("under a publisher and a consumer, and loses nothing that it confirmed", {
    timeout: BOUND_MS,
  }, async () => {
    await using broker = await startPrivateBroker();
    const bus = await connectRabbitBus({
      service: "test",
      url: broker.address,
      prefix: "restart",
      log,
    });
    const inbox = new Inbox();
    bus.consume("posts.fanout", { prefetch: 50 }, inbox.take(ACK));
    const confirmed: string[] = [];
    let restarted: Promise<void> | undefined;
    for (let i = 0; i < BATCHES; i++) {
      const texts = Array.from({ length: BATCH }, (_, k) => `message ${i}-${k}`);
      for (let isOut = false; !isOut; ) {
        isOut = await bus
          .publish(
            "posts",
            texts.map((text) => Buffer.from(text)),
          )
          .then(
            () => true,
            () => false,
          );
      }
      confirmed.push(...texts);
      if (i === BATCHES / 3) restarted = broker.stop().then(() => broker.start());
    }
    await restarted;
    await inbox.receivedDistinct(BATCHES * BATCH);
    expect(new Set(inbox.messages)).toEqual(new Set(confirmed));
    await bus.close();
  });
});

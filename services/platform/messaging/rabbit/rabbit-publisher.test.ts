import { EventEmitter } from "node:events";
import type { Connection } from "rabbitmq-client";
import { expect, it } from "vitest";
import { OldSpaceWatch } from "../../memory/testing/old-space.ts";
import type { Queues } from "./queues.ts";
import { RabbitPublisher } from "./rabbit-publisher.ts";

/** A broker that confirms whatever it gets, and returns what it is asked to. */
function broker({ returns = false } = {}) {
  const restored: string[] = [];
  const ids: string[] = [];
  const publisher = Object.assign(new EventEmitter(), {
    send: async ({ messageId }: { readonly messageId: string }) => {
      ids.push(messageId);
      if (returns) setImmediate(() => publisher.emit("basic.return", { messageId }));
    },
    close: async () => {},
  });
  const connection = { createPublisher: () => publisher };
  const queues = {
    routeTo: (destination: string) => ({ exchange: "", routingKey: destination }),
    restoreFor: async (destination: string) => void restored.push(destination),
  };
  return {
    restored,
    ids,
    isReturned: (messageId: string) => publisher.emit("basic.return", { messageId }),
    publisher: new RabbitPublisher(
      connection as unknown as Connection,
      queues as unknown as Queues,
    ),
  };
}

it("what no queue took is not published, and its queue is declared anew", async () => {
  const { publisher, restored, ids } = broker({ returns: true });
  await expect(publisher.publish("posts", [Buffer.of(1), Buffer.of(2)])).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("declared anew"),
  });
  expect(restored).toEqual(["posts"]);
  expect(new Set(ids).size).toBe(2);
});

it("what is returned when its call is over is nobody's, and nothing is kept of it", async () => {
  const { publisher, ids, isReturned } = broker();
  await publisher.publish("posts", [Buffer.of(1)]);
  isReturned(ids[0]);
  await publisher.publish("posts", [Buffer.of(1)]);
  const watch = new OldSpaceWatch();
  for (let i = 0; i < 100_000; i++) {
    if (i % 10_000 === 0) watch.collectYoung();
    isReturned(`${i}`.padStart(64, "x"));
  }
  watch.collectYoung();
  expect(watch.grownBytes).toBeLessThan(4_000_000);
});

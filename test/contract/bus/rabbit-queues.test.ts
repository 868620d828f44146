import { randomBytes } from "node:crypto";
import { type AsyncMessage, Connection, ConsumerStatus } from "rabbitmq-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { ACK, type EventBus } from "../../../services/platform/messaging/bus.ts";
import { connectRabbitBus } from "../../../services/platform/messaging/rabbit/rabbit-bus.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { startTcpProxy } from "../../../tools/chaos/tcp-proxy.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import { Inbox } from "../../support/engines/inbox.ts";
import { runningBroker } from "../../support/engines/rabbit-bus.ts";
import { until } from "../../support/until.ts";

const amqpUrl = await runningBroker();
const log = createLogger("test", "silent");
const PREFETCH = { prefetch: 10 };

let prefix: string;
let operator: Connection;

beforeEach(() => {
  prefix = `test_${randomBytes(6).toString("hex")}`;
  operator = new Connection(amqpUrl);
});

afterEach(async () => {
  await operator.close();
  await deleteQueues(amqpUrl ?? "", prefix);
});

function connect(url = amqpUrl ?? "") {
  return connectRabbitBus({ service: "test", url, prefix, log });
}

const publish = (bus: EventBus, text: string) => bus.publish("posts", [Buffer.from(text)]);

describe.skipIf(amqpUrl === undefined)("queues at RabbitMQ", () => {
  it("that are missing fail a publish, and are declared anew for the next", async () => {
    const bus = await connect();
    await publish(bus, "before");
    await operator.queueDelete(`${prefix}.posts`);
    await expect(publish(bus, "lost?")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await publish(bus, "after");
    const inbox = new Inbox();
    bus.consume("posts.fanout", PREFETCH, inbox.take(ACK));
    expect(await inbox.received(1)).toEqual(["after"]);
    await bus.close();
  });

  it("that are deleted under a consumer are consumed again", async () => {
    const bus = await connect();
    const inbox = new Inbox();
    bus.consume("posts.fanout", PREFETCH, inbox.take(ACK));
    await publish(bus, "before");
    await inbox.received(1);
    await operator.queueDelete(`${prefix}.posts`);
    while (
      !(await publish(bus, "after").then(
        () => true,
        () => false,
      ))
    );
    // What failed may have arrived all the same.
    await inbox.receivedDistinct(2);
    expect(new Set(inbox.messages)).toEqual(new Set(["before", "after"]));
    await bus.close();
  });

  it("are taken as they are, also with limits that an earlier version declared", async () => {
    const args = { "x-queue-type": "quorum", "x-max-length": 7 } as const;
    await operator.queueDeclare({ queue: `${prefix}.posts`, durable: true, arguments: args });
    const bus = await connect();
    await publish(bus, "one");
    await bus.close();
  });

  it("have back what is on its way when a consumer is told to close", async () => {
    const bus = await connect();
    using subscribe = vi.spyOn(Connection.prototype, "createConsumer");
    const inbox = new Inbox();
    const consumer = bus.consume("posts.fanout", PREFETCH, inbox.take(ACK));
    const [, handle] = present(subscribe.mock.lastCall);
    const closing = consumer.close();
    const late = { body: Buffer.from("late"), headers: {} } as AsyncMessage;
    expect(await handle(late, async () => {})).toBe(ConsumerStatus.REQUEUE);
    await closing;
    expect(inbox.messages).toEqual([]);
    await bus.close();
  });

  it("can be listened to beside all subscribers, from now on", async () => {
    const [bus, other] = [await connect(), await connect()];
    const heard: string[] = [];
    other.listen("reactions", (payload) => heard.push(Buffer.from(payload).toString()));
    const inbox = new Inbox();
    bus.consume("posts.fanout", PREFETCH, inbox.take(ACK));
    await publish(bus, "a post");
    await until(async () => {
      await bus.publish("reactions", [Buffer.from("a like")]);
      return heard.length > 0;
    });
    expect(new Set(heard)).toEqual(new Set(["a like"]));
    expect(await inbox.received(1)).toEqual(["a post"]);
    await Promise.all([bus.close(), other.close()]);
  });

  it("are declared by their type alone: limits are the operator's", async () => {
    const bus = await connect();
    const args = { "x-queue-type": "quorum" } as const;
    const queue = `${prefix}.posts`;
    await expect(
      operator.queueDeclare({ queue, durable: true, arguments: args }),
    ).resolves.toMatchObject({ queue });
    await bus.close();
  });
});

describe.skipIf(amqpUrl === undefined)("a connection to RabbitMQ", () => {
  it("with a wrong password is refused at once, and the error names the user", async () => {
    const url = new URL(amqpUrl ?? "");
    url.password = "wrong";
    await expect(connect(url.href)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/ACCESS_REFUSED.*user guest.*TIDINGS_AMQP_URL/),
    });
  });

  it("closes though the broker has stopped reading, as one short of memory does", async () => {
    const port = Number(new URL(amqpUrl ?? "").port);
    const proxy = await startTcpProxy(() => port);
    const url = new URL(amqpUrl ?? "");
    url.host = proxy.address;
    const bus = await connect(url.href);
    await publish(bus, "before");
    proxy.stall();
    const publishing = publish(bus, "held");
    publishing.catch(() => {});
    await bus.close();
    await expect(publishing).rejects.toMatchObject({ code: "UNAVAILABLE" });
    proxy.cut();
  });
});

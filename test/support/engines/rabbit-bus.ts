import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { EventBus } from "../../../services/platform/messaging/bus.ts";
import { connectRabbitBus } from "../../../services/platform/messaging/rabbit/rabbit-bus.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { startTcpProxy, type TcpProxy } from "../../../tools/chaos/tcp-proxy.ts";
import { readEngines } from "../../../tools/engines/engines.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import type { BusFixture } from "../../contract/bus/event-bus.fixture.ts";

/** Of the contract's tests. */
const SUBSCRIBERS = ["posts.late", "posts.away", "posts.stuck", "posts.picky"] as const;
const DATA_DIR = resolve(import.meta.dirname, "../../..", process.env.TIDINGS_DATA_DIR ?? ".data");
const log = createLogger("test", "silent");

/** The broker that `npm run engines` started; undefined when there is none. */
export async function runningBroker(): Promise<string | undefined> {
  return (await readEngines(DATA_DIR))?.amqpUrl;
}

/**
 * Queues of their own on a broker that others may use: so it is not restarted, but every connection
 * to it is broken at once, which is what a restart is for those who have quorum queues.
 */
export function rabbitBusFixture(amqpUrl: string): () => Promise<BusFixture> {
  return async () => {
    const prefix = `test_${randomBytes(6).toString("hex")}`;
    const brokerPort = Number(new URL(amqpUrl).port || 5672);
    const connections = new Map<EventBus, TcpProxy>();
    return {
      connect: async () => {
        const proxy = await startTcpProxy(() => brokerPort);
        const url = new URL(amqpUrl);
        url.host = proxy.address;
        const bus = await connectRabbitBus({ service: "test", url: url.href, prefix, log });
        connections.set(bus, proxy);
        return bus;
      },
      kill: async (bus) => connections.get(bus)?.cut(),
      restart: async () => {
        for (const proxy of connections.values()) proxy.breakConnections();
      },
      close: async () => {
        await Promise.all([...connections.keys()].map((bus) => bus.close()));
        for (const proxy of connections.values()) proxy.cut();
        await deleteQueues(amqpUrl, prefix, SUBSCRIBERS);
      },
    };
  };
}

import type { Channel } from "../../platform/grpc/client/client.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { connectRemoteBus } from "../../platform/messaging/embedded/remote-bus.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { GrowthConfig } from "../config.ts";

/** The bus that the post service publishes on: RabbitMQ, or its own queues. */
export async function openPostBus(
  { engine, amqpUrl, amqpPrefix }: Pick<GrowthConfig, "engine" | "amqpUrl" | "amqpPrefix">,
  post: Channel,
  log: Logger,
): Promise<EventBus> {
  if (engine === "cql") {
    return connectRabbitBus({ service: "growth", url: amqpUrl, prefix: amqpPrefix, log });
  }
  const owner = { channel: post, topics: ["posts"], queues: ["dead-letters"] } as const;
  return connectRemoteBus([owner], { log });
}

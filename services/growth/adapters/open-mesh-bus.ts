import type { Channel } from "../../platform/grpc/client/client.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { connectRemoteBus } from "../../platform/messaging/embedded/remote-bus.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { GrowthConfig } from "../config.ts";

/** The bus that post and friend service publish on: RabbitMQ, or their own queues. */
export async function openMeshBus(
  { engine, amqpUrl, amqpPrefix }: Pick<GrowthConfig, "engine" | "amqpUrl" | "amqpPrefix">,
  { post, friend }: Readonly<Record<"post" | "friend", Channel>>,
  log: Logger,
): Promise<EventBus> {
  if (engine === "cql") {
    return connectRabbitBus({ service: "growth", url: amqpUrl, prefix: amqpPrefix, log });
  }
  const inPost = { channel: post, topics: ["posts"], queues: ["dead-letters"] } as const;
  const inFriend = { channel: friend, topics: ["people"] } as const;
  return connectRemoteBus([inPost, inFriend], { log });
}

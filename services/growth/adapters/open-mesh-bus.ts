import type { Channel } from "../../platform/grpc/client/client.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { connectRemoteBus } from "../../platform/messaging/embedded/remote-bus.ts";
import { type AmqpConfig, brokerOf } from "../../platform/messaging/rabbit/config.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { GrowthConfig } from "../config.ts";

/** The bus that post and friend service publish on: RabbitMQ, or their own queues. */
export async function openMeshBus(
  config: Pick<GrowthConfig, "engine"> & AmqpConfig,
  { post, friend }: Readonly<Record<"post" | "friend", Channel>>,
  log: Logger,
): Promise<EventBus> {
  if (config.engine === "cql") {
    return connectRabbitBus({ service: "growth", ...brokerOf(config), log });
  }
  const inPost = { channel: post, topics: ["posts"], queues: ["dead-letters"] } as const;
  const inFriend = { channel: friend, topics: ["people"] } as const;
  return connectRemoteBus([inPost, inFriend], { log });
}

import type { Channel } from "../../platform/grpc/client/client.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { connectRemoteBus } from "../../platform/messaging/embedded/remote-bus.ts";
import { type AmqpConfig, brokerOf } from "../../platform/messaging/rabbit/config.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import { WORK_QUEUES } from "../../platform/messaging/topics.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { FanoutConfig } from "../config.ts";

export interface BusChannels {
  readonly post: Channel;
  readonly friend: Channel;
  /** For whoever looks after all topics. */
  readonly engagement?: Channel | undefined;
  readonly erasure?: Channel | undefined;
}

/** The bus of the engine that is configured: RabbitMQ, or the queues in the post and friend processes. */
export async function openBus(
  config: Pick<FanoutConfig, "engine"> & AmqpConfig,
  { post, friend, engagement, erasure }: BusChannels,
  log: Logger,
): Promise<EventBus> {
  if (config.engine === "cql")
    return connectRabbitBus({ service: "fanout", ...brokerOf(config), log });
  const inPost = { channel: post, topics: ["posts"], queues: WORK_QUEUES } as const;
  const inFriend = { channel: friend, topics: ["edges", "people"] } as const;
  const inEngagement = engagement && ({ channel: engagement, topics: ["reactions"] } as const);
  const inErasure = erasure && ({ channel: erasure, topics: ["erasures"] } as const);
  const owners = [inPost, inFriend, inEngagement ?? [], inErasure ?? []].flat();
  return connectRemoteBus(owners, { log });
}

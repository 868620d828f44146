import { Connection } from "rabbitmq-client";
import { readConfig } from "../../../services/platform/config/config.ts";
import { NEIGHBOURS, SERVICES } from "../../../services/platform/config/ports.ts";
import type { QueueName } from "../../../services/platform/messaging/bus.ts";
import {
  ALL_QUEUES,
  brokerName,
  exchangeName,
} from "../../../services/platform/messaging/rabbit/topology.ts";
import { TOPICS } from "../../../services/platform/messaging/topics.ts";
import { CQL_VARIABLES } from "../../../services/platform/storage/cql/config.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";

/** Queues that a mesh with all its neighbours may have made. */
export const QUEUES_OF_SERVICES: readonly QueueName[] = TOPICS.flatMap((topic) =>
  [...SERVICES, ...NEIGHBOURS].map((name) => `${topic}.${name}` as const),
);

/** Removes the exchange and the queues with this prefix, those of `subscribers` too, once nobody uses them. */
export async function deleteQueues(
  amqpUrl: string,
  prefix: string,
  subscribers: readonly QueueName[] = [],
): Promise<void> {
  const connection = new Connection(amqpUrl);
  await connection.exchangeDelete({ exchange: exchangeName(prefix) });
  for (const queue of [...ALL_QUEUES, ...subscribers])
    await connection.queueDelete(brokerName(prefix, queue));
  await connection.close();
}

/** Drops the keyspace that these variables name, once nobody uses it. */
export async function dropKeyspace(env: Readonly<Record<string, string>>): Promise<void> {
  const config = readConfig(CQL_VARIABLES, env);
  const cql = await connectCql(
    { ...config, service: "engines" },
    createLogger("engines", "silent"),
  );
  await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
  await cql.close();
}

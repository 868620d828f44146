import { Connection } from "rabbitmq-client";
import { readConfig } from "../../../services/platform/config/config.ts";
import { ALL_QUEUES, brokerName } from "../../../services/platform/messaging/rabbit/topology.ts";
import { CQL_VARIABLES } from "../../../services/platform/storage/cql/config.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";

/** Removes every queue with this prefix, once nobody uses it. */
export async function deleteQueues(amqpUrl: string, prefix: string): Promise<void> {
  const connection = new Connection(amqpUrl);
  for (const queue of ALL_QUEUES) await connection.queueDelete(brokerName(prefix, queue));
  await connection.close();
}

/** Drops the keyspace that these variables name, once nobody uses it. */
export async function dropKeyspace(env: Readonly<Record<string, string>>): Promise<void> {
  const config = readConfig(CQL_VARIABLES, env);
  const cql = await connectCql(config, createLogger("engines", "silent"));
  await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
  await cql.close();
}

import { readConfig } from "../../services/platform/config/config.ts";
import { AMQP_VARIABLES } from "../../services/platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../../services/platform/storage/cql/config.ts";
import { deleteQueues, dropKeyspace, QUEUES_OF_SERVICES } from "../engines/private/remove-own.ts";

/** What a mesh keeps on engines that it shares with others. */
export interface Stored {
  readonly env: Readonly<Record<string, string>>;
  readonly amqpUrl: string;
  readonly prefix: string;
  readonly words: string;
}

/** Undefined on the embedded engines: all is in the folder. */
export function storedOnEngines(env: NodeJS.ProcessEnv): Stored | undefined {
  if (env.TIDINGS_ENGINE !== "cql") return undefined;
  const { cqlKeyspace, cqlContactPoints } = readConfig(CQL_VARIABLES, env);
  const { amqpUrl, amqpPrefix } = readConfig(AMQP_VARIABLES, env);
  return {
    env: env as Readonly<Record<string, string>>,
    amqpUrl,
    prefix: amqpPrefix,
    words:
      `the keyspace ${cqlKeyspace} at ${cqlContactPoints.join(", ")}, and the queues ${amqpPrefix}.* ` +
      `at ${new URL(amqpUrl).host}`,
  };
}

export async function removeStored({ env, amqpUrl, prefix }: Stored): Promise<void> {
  await deleteQueues(amqpUrl, prefix, QUEUES_OF_SERVICES);
  await dropKeyspace(env);
}

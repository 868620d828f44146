import { readEngines } from "../engines/engines.ts";

/** With TIDINGS_ENGINE=cql, addresses that the environment does not name are those of `engines up`. */
export async function engineEnvironment(
  env: NodeJS.ProcessEnv,
  dataDir: string,
): Promise<NodeJS.ProcessEnv> {
  if (env.TIDINGS_ENGINE !== "cql") return env;
  if (env.TIDINGS_AMQP_URL && env.TIDINGS_CQL_CONTACT_POINTS) return env;
  const engines = await readEngines(dataDir);
  if (!engines) {
    throw new Error(
      "TIDINGS_ENGINE=cql needs RabbitMQ and a CQL cluster. Start them with `npm run engines -- up`, " +
        "or name them in TIDINGS_AMQP_URL and TIDINGS_CQL_CONTACT_POINTS.",
    );
  }
  return {
    TIDINGS_AMQP_URL: engines.amqpUrl,
    TIDINGS_CQL_CONTACT_POINTS: engines.cqlContactPoints.join(","),
    TIDINGS_CQL_LOCAL_DC: engines.cqlLocalDataCenter,
    ...env,
  };
}

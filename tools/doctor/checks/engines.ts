import { readConfig } from "../../../services/platform/config/config.ts";
import { AMQP_VARIABLES, brokerOf } from "../../../services/platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../../../services/platform/storage/cql/config.ts";
import { openClientIfThere } from "../../../services/platform/storage/cql/open-client.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { checkAmqp } from "../../engines/checks.ts";
import { readEngines } from "../../engines/engines.ts";
import { describeEngines, withoutPassword } from "../../engines/status.ts";
import { type Finding, type Look, ok, wrong } from "../finding.ts";

/** RabbitMQ and the CQL engine that the mesh is to use: those that variables name, or those of this checkout. */
export const engines: Look = {
  what: "engines",
  examine: async ({ dataDir, env }) => {
    if (env.TIDINGS_ENGINE === "cql" && env.TIDINGS_AMQP_URL && env.TIDINGS_CQL_CONTACT_POINTS) {
      return Promise.all([broker(env), database(env)]);
    }
    const up = await readEngines(dataDir);
    if (up) {
      const addresses = [withoutPassword(up.amqpUrl), ...up.cqlContactPoints].join(", ");
      return [ok("engines", `answer at ${addresses}`)];
    }
    if (env.TIDINGS_ENGINE !== "cql") return [ok("engines", "embedded, none to look at")];
    const { lines } = await describeEngines(dataDir);
    const says = lines.filter((line) => !/^( |State)/.test(line)).join("; ");
    const remedy =
      "npm run engines -- up, or set TIDINGS_AMQP_URL and TIDINGS_CQL_CONTACT_POINTS to where they are";
    return [wrong("engines", says, remedy)];
  },
};

async function broker(env: NodeJS.ProcessEnv): Promise<Finding> {
  const { url, authorities } = brokerOf(readConfig(AMQP_VARIABLES, env));
  const { username, password } = new URL(url);
  const shown = withoutPassword(url);
  const [user, secret] = [username, password].map(decodeURIComponent);
  const access = authorities ? { user, password: secret, authority: authorities } : undefined;
  try {
    await checkAmqp(url, access);
    return ok("broker", `answers at ${shown}`);
  } catch (error) {
    const remedy = "start it, or set TIDINGS_AMQP_URL to where it is";
    return wrong("broker", `${shown} does not answer: ${(error as Error).message}`, remedy);
  }
}

/** As the mesh connects to it; nothing is made. */
async function database(env: NodeJS.ProcessEnv): Promise<Finding> {
  const config = readConfig(CQL_VARIABLES, env);
  const { cqlContactPoints, cqlKeyspace } = config;
  const where = cqlContactPoints.join(", ");
  try {
    const log = createLogger("doctor", "silent");
    const client = await openClientIfThere({ ...config, service: "doctor" }, log);
    await client?.shutdown();
    const then = client ? "is there" : "is made at the first start";
    return ok("database", `answers at ${where}; the keyspace ${cqlKeyspace} ${then}`);
  } catch (error) {
    const remedy = "the variables TIDINGS_CQL_* say where it is, which data centre, and who we are";
    return wrong("database", (error as Error).message, remedy);
  }
}

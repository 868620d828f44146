import { readEngines } from "../../engines/engines.ts";
import { describeEngines, withoutPassword } from "../../engines/status.ts";
import { type Look, ok, wrong } from "../finding.ts";

/** RabbitMQ and the CQL engine that were started for this checkout, when the mesh is to use them. */
export const engines: Look = {
  what: "engines",
  examine: async ({ dataDir, env }) => {
    const up = await readEngines(dataDir);
    if (up) {
      const addresses = [withoutPassword(up.amqpUrl), ...up.cqlContactPoints].join(", ");
      return [ok("engines", `answer at ${addresses}`)];
    }
    if (env.TIDINGS_ENGINE !== "cql") return [ok("engines", "embedded, none to look at")];
    if (env.TIDINGS_AMQP_URL && env.TIDINGS_CQL_CONTACT_POINTS) {
      return [ok("engines", "those that TIDINGS_* variables name, not looked at")];
    }
    const { lines } = await describeEngines(dataDir);
    const says = lines.filter((line) => !/^( |State)/.test(line)).join("; ");
    return [wrong("engines", says, "npm run engines -- up")];
  },
};

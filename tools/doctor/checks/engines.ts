import { readEngines } from "../../engines/engines.ts";
import { describeEngines } from "../../engines/status.ts";
import { type Look, ok, wrong } from "../finding.ts";

/** RabbitMQ and the CQL engine that were started for this checkout, when the mesh is to use them. */
export const engines: Look = {
  what: "engines",
  examine: async ({ dataDir, env }) => {
    const isUp = (await readEngines(dataDir)) !== undefined;
    if (!isUp && env.TIDINGS_ENGINE !== "cql") return [ok("engines", "embedded, none to look at")];
    const given = env.TIDINGS_AMQP_URL && env.TIDINGS_CQL_CONTACT_POINTS;
    if (!isUp && given)
      return [ok("engines", "those that TIDINGS_* variables name, not looked at")];
    const { lines, healthy } = await describeEngines(dataDir);
    const says = lines.filter((line) => !/^( |State)/.test(line)).join("; ");
    return [healthy ? ok("engines", says) : wrong("engines", says, "npm run engines -- up")];
  },
};

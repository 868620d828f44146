import { existsSync } from "node:fs";
import { readVariable } from "../../../services/platform/config/config.ts";
import { everyProcess } from "../../../services/platform/config/every-process.ts";
import { defaultPorts } from "../../../services/platform/config/ports.ts";
import { isPortFree } from "../../mesh/free-ports.ts";
import { type Look, ok, warning } from "../finding.ts";
import { userOf } from "./data-folder.ts";

const HOST = "127.0.0.1";
const MAX_NAMED = 4;

/** Whether the mesh can have its ports. */
export const ports: Look = {
  what: "ports",
  examine: async ({ env, dataDir }) => {
    const wanted = Object.entries(defaultPorts(env)).flatMap(([service, { port, metricsPort }]) => [
      { service, port },
      { service: `${service} metrics`, port: metricsPort },
    ]);
    const free = await Promise.all(wanted.map(({ port }) => isPortFree(port, HOST)));
    const taken = wanted.filter((_, i) => !free[i]);
    const base = readVariable(everyProcess.portBase, env) ?? 0;
    const where = base === 0 ? "the usual ones" : `from ${base} on`;
    if (taken.length === 0) return [ok("ports", `${where} are free`)];
    const names = taken.slice(0, MAX_NAMED).map(({ service, port }) => `${port} (${service})`);
    const more = taken.length - names.length;
    const says = `in use: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    if (existsSync(dataDir) && userOf(dataDir))
      return [ok("ports", `${says}, by the mesh on ${dataDir}`)];
    return [warning("ports", says, "stop who has them, or set TIDINGS_PORT_BASE to other ones")];
  },
};

import { type Environment, readConfig } from "../../services/platform/config/config.ts";
import { defaultPorts, type ServiceName } from "../../services/platform/config/ports.ts";
import { list, text } from "../../services/platform/config/variables.ts";
import { UsageError } from "./api.ts";

/** The processes that serve gRPC. */
export const PROCESSES = [
  "post",
  "friend",
  "timeline",
  "ranking",
] as const satisfies readonly ServiceName[];
type ProcessName = (typeof PROCESSES)[number];

/** Where a process is, from the variables that the mesh itself reads; the first of several. */
export function addressOf(name: string, env: Environment): string {
  const process = PROCESSES.find((known) => known === name);
  if (process === undefined) {
    throw new UsageError(
      `"${name}" is served by several processes or none: add --on ${PROCESSES.join("|")}, or --address`,
    );
  }
  const { host } = readConfig(
    { host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "where the mesh listens" }) },
    env,
  );
  const { addresses } = readConfig({ addresses: addressesOf(process, host, env) }, env);
  return addresses[0];
}

function addressesOf(process: ProcessName, host: string, env: Environment) {
  const { port } = defaultPorts(env)[process];
  return list(`TIDINGS_${process.toUpperCase()}_ADDRESSES`, {
    default: [`${host}:${port}`],
    help: `where the ${process} service is, host:port`,
  });
}

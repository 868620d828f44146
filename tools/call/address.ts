import { readConfig } from "../../services/platform/config/config.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import { NEIGHBOURS, type ServiceName } from "../../services/platform/config/ports.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { UsageError } from "./api.ts";

/** The processes that serve gRPC. */
const PROCESSES: readonly ServiceName[] = ["post", "friend", "timeline", "ranking", ...NEIGHBOURS];

/** Where a process is, from the variables that the mesh itself reads; the first of several. */
export function addressOf(name: string, env: Environment): string {
  const process = PROCESSES.find((known) => known === name);
  if (process === undefined) {
    const choices = PROCESSES.join("|");
    throw new UsageError(
      `"${name}" is served by several processes or none: add --on ${choices}, or --address`,
    );
  }
  return readConfig({ addresses: addressesVariable(process, env) }, env).addresses[0];
}

import { readConfig } from "../platform/config/config.ts";
import {
  addressesVariable,
  askingVariables,
  engineVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type EngagementConfig = ReturnType<typeof readEngagementConfig>;

/** The variables of the engagement service; defaults of ports follow TIDINGS_PORT_BASE. */
export function engagementVariables(env: Environment) {
  const own = { ...processVariables, ...portVariables("engagement", env), ...engineVariables };
  return {
    ...own,
    ...askingVariables,
    ...CQL_VARIABLES,
    ...AMQP_VARIABLES,
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readEngagementConfig(env: Environment) {
  return readConfig(engagementVariables(env), env);
}

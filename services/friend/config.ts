import { type Environment, readConfig } from "../platform/config/config.ts";
import { engineVariables, portVariables, processVariables } from "../platform/config/mesh.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type FriendConfig = ReturnType<typeof readFriendConfig>;

/** The variables of the friend service; defaults of ports follow TIDINGS_PORT_BASE. */
export function friendVariables(env: Environment) {
  const own = { ...processVariables, ...portVariables("friend", env), ...engineVariables };
  return { ...own, ...CQL_VARIABLES, ...AMQP_VARIABLES };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readFriendConfig(env: Environment) {
  return readConfig(friendVariables(env), env);
}

import { type Environment, readConfig } from "../platform/config/config.ts";
import { engineVariables, portVariables, processVariables } from "../platform/config/mesh.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type FriendConfig = ReturnType<typeof readFriendConfig>;

/** Reads and checks the variables of the friend service. Throws ConfigError naming every mistake. */
export function readFriendConfig(env: Environment) {
  const own = { ...processVariables, ...portVariables("friend", env), ...engineVariables };
  return readConfig({ ...own, ...CQL_VARIABLES, ...AMQP_VARIABLES }, env);
}

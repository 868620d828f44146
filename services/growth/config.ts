import { readConfig } from "../platform/config/config.ts";
import {
  addressesVariable,
  engineVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { integer, oneOf } from "../platform/config/variables.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type GrowthConfig = ReturnType<typeof readGrowthConfig>;

const STATE_VARIABLES = {
  feed: oneOf("TIDINGS_GROWTH_FEED", ["none", "mesh"], {
    default: "none",
    help: "mesh: subscribes the topics of posts and of people who sign up; npm start sets it",
  }),
  maxUsers: integer("TIDINGS_GROWTH_MAX_USERS", {
    default: 20_000_000,
    min: 1,
    max: 100_000_000,
    help: "users at most; memory is taken as they come, about 50 bytes each",
  }),
  maxEvents: integer("TIDINGS_GROWTH_EVENT_IDS", {
    default: 4_000_000,
    min: 1_000,
    max: 100_000_000,
    help: "event ids that are remembered at least, so that an event counts once; 28 bytes each, twice",
  }),
  checkpointRecords: integer("TIDINGS_GROWTH_CHECKPOINT_RECORDS", {
    default: 500_000,
    min: 1_000,
    max: 100_000_000,
    help: "records in the log at which a checkpoint is written; a restart replays so many",
  }),
};

/** The variables of the growth service; defaults of ports follow TIDINGS_PORT_BASE. */
export function growthVariables(env: Environment) {
  const own = { ...processVariables, ...portVariables("growth", env), ...engineVariables };
  return {
    ...own,
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
    ...CQL_VARIABLES,
    ...AMQP_VARIABLES,
    ...STATE_VARIABLES,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readGrowthConfig(env: Environment) {
  return readConfig(growthVariables(env), env);
}

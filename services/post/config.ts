import { readConfig } from "../platform/config/config.ts";
import { engineVariables, portVariables, processVariables } from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer } from "../platform/config/variables.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";
import { SHARED_QUOTA_VARIABLES } from "../ratelimit/host/config.ts";

export type PostConfig = ReturnType<typeof readPostConfig>;

const MAX_POSTS_PER_MINUTE = 1_000_000;

/** Wide enough for a loop of curl; in production a few posts a minute, divided by the replicas. */
const QUOTA_VARIABLES = {
  quotaPerMinute: integer("TIDINGS_POST_QUOTA_PER_MINUTE", {
    default: 600,
    min: 1,
    max: MAX_POSTS_PER_MINUTE,
    help: "posts an author may create a minute at one replica; on cql at most 11 in all, for long",
  }),
  quotaBurst: integer("TIDINGS_POST_QUOTA_BURST", {
    default: 200,
    min: 1,
    max: MAX_POSTS_PER_MINUTE,
    help: "posts an author may create at once at one replica",
  }),
};

const HOUR_MS = 3_600_000;

const LOG_VARIABLES = {
  logKeptMs: durationMs("TIDINGS_POST_LOG_KEPT", {
    default: 72 * HOUR_MS,
    min: HOUR_MS,
    max: 31 * 24 * HOUR_MS,
    help: "how long the post log is kept: longer than TIDINGS_TIMELINE_INDEX_SPAN",
  }),
};

const CACHE_VARIABLES = {
  cacheMiB: integer("TIDINGS_POST_CACHE_MIB", {
    default: 128,
    min: 1,
    max: 1_048_576,
    help: "memory for posts read or written lately, MiB (about 0.5 KB each); on cql only",
  }),
};

/** The variables of the post service; defaults of ports follow TIDINGS_PORT_BASE. */
export function postVariables(env: Environment) {
  const own = { ...processVariables, ...portVariables("post", env), ...engineVariables };
  const limits = { ...QUOTA_VARIABLES, ...SHARED_QUOTA_VARIABLES };
  return {
    ...own,
    ...CQL_VARIABLES,
    ...AMQP_VARIABLES,
    ...limits,
    ...LOG_VARIABLES,
    ...CACHE_VARIABLES,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readPostConfig(env: Environment) {
  return readConfig(postVariables(env), env);
}

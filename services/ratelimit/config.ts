import { readConfig } from "../platform/config/config.ts";
import { engineVariables, portVariables, processVariables } from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs } from "../platform/config/variables.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type RateLimitConfig = ReturnType<typeof readRateLimitConfig>;

const LEASE_VARIABLES = {
  leaseMs: durationMs("TIDINGS_RATELIMIT_LEASE", {
    default: 5_000,
    min: 500,
    max: 600_000,
    help: "how long a lease of a limit lasts, and a restarted coordinator learns",
  }),
  refreshMs: durationMs("TIDINGS_RATELIMIT_REFRESH", {
    default: 1_000,
    min: 100,
    max: 60_000,
    help: "how often holders renew their leases of limits; a third of the lease or less",
  }),
  forgetMs: durationMs("TIDINGS_RATELIMIT_FORGET", {
    default: 120_000,
    min: 1_000,
    help: "how long the safe share of a holder that fell silent is kept for it",
  }),
};

/** The variables of the rate limit service; defaults of ports follow TIDINGS_PORT_BASE. */
export function rateLimitVariables(env: Environment) {
  const own = { ...processVariables, ...portVariables("ratelimit", env), ...engineVariables };
  return { ...own, ...CQL_VARIABLES, ...LEASE_VARIABLES };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readRateLimitConfig(env: Environment) {
  return readConfig(rateLimitVariables(env), env);
}

import { readConfig } from "../platform/config/config.ts";
import {
  addressesVariable,
  engineVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer } from "../platform/config/variables.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";

export type FanoutConfig = ReturnType<typeof readFanoutConfig>;

const bounded = (name: string, standard: number, max: number, help: string) =>
  integer(name, { default: standard, min: 1, max, help });

const WORK_VARIABLES = {
  entriesPerCall: bounded(
    "TIDINGS_FANOUT_ENTRIES_PER_CALL",
    2_000,
    100_000,
    "entries in one AppendEntries, about; 2,000 is 10 posts of 200 friends",
  ),
  callsInFlight: bounded(
    "TIDINGS_FANOUT_CALLS_IN_FLIGHT",
    4,
    64,
    "calls at one time to each target",
  ),
  callSpacingMs: durationMs("TIDINGS_FANOUT_CALL_SPACING", {
    default: 20,
    max: 1_000,
    help: "least time between two appends to one owner, unless one is full: what costs CPU is calls",
  }),
  prefetch: bounded("TIDINGS_FANOUT_PREFETCH", 512, 10_000, "posts in hand at most"),
  chunkPrefetch: bounded("TIDINGS_FANOUT_CHUNK_PREFETCH", 4, 100, "chunks in hand at most"),
  callTimeoutMs: durationMs("TIDINGS_FANOUT_CALL_TIMEOUT", {
    default: 5_000,
    min: 100,
    max: 60_000,
    help: "deadline of each call",
  }),
  closeMs: durationMs("TIDINGS_FANOUT_CLOSE_TIMEOUT", {
    default: 5_000,
    max: 15_000,
    help: "how long a closing worker finishes what it has; the rest goes back to the bus",
  }),
};

/** The variables of the fan-out worker; defaults of ports follow TIDINGS_PORT_BASE. */
export function fanoutVariables(env: Environment) {
  return {
    ...processVariables,
    metricsPort: portVariables("fanout", env).metricsPort,
    engine: engineVariables.engine,
    ...AMQP_VARIABLES,
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
    timelineAddresses: addressesVariable("timeline", env),
    ...WORK_VARIABLES,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readFanoutConfig(env: Environment) {
  return readConfig(fanoutVariables(env), env);
}

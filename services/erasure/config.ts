import { readConfig } from "../platform/config/config.ts";
import { ADDRESSES } from "../platform/config/list-items.ts";
import {
  addressesVariable,
  engineVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer, list } from "../platform/config/variables.ts";
import { AMQP_VARIABLES } from "../platform/messaging/rabbit/config.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type ErasureConfig = ReturnType<typeof readErasureConfig>;

const DAY_MS = 86_400_000;

const ERASURE_VARIABLES = {
  windowMs: durationMs("TIDINGS_ERASURE_WINDOW", {
    default: 30 * DAY_MS,
    max: 365 * DAY_MS,
    help: "how long a hidden person can be restored before deletion begins",
  }),
  itemsPerSecond: integer("TIDINGS_ERASURE_ITEMS_PER_SECOND", {
    default: 2_000,
    min: 1,
    max: 1_000_000,
    help: "items that one process deletes a second at most, over all jobs",
  }),
  workers: integer("TIDINGS_ERASURE_WORKERS", {
    default: 16,
    min: 1,
    max: 1_000,
    help: "batches in flight of one job",
  }),
  maxRunning: integer("TIDINGS_ERASURE_JOBS", {
    default: 4,
    min: 0,
    max: 100,
    help: "jobs that one process runs at a time; 0: people are hidden and brought back, and nobody is deleted",
  }),
  leaseMs: durationMs("TIDINGS_ERASURE_LEASE", {
    default: 30_000,
    min: 1_000,
    max: 3_600_000,
    help: "a process that is not heard of for so long has lost the jobs that it ran",
  }),
  pollMs: durationMs("TIDINGS_ERASURE_POLL", {
    default: 1_000,
    min: 10,
    max: 3_600_000,
    help: "how often a process looks for jobs that are due",
  }),
};

/** The variables of the erasure service; defaults of ports follow TIDINGS_PORT_BASE. */
export function erasureVariables(env: Environment) {
  const own = { ...processVariables, ...portVariables("erasure", env), ...engineVariables };
  return {
    ...own,
    ...CQL_VARIABLES,
    ...AMQP_VARIABLES,
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
    timelineAddresses: addressesVariable("timeline", env),
    engagementAddresses: list("TIDINGS_ENGAGEMENT_ADDRESSES", ADDRESSES, {
      default: [],
      help: "host:port of the engagement service, one or many; none: nobody here likes or comments",
    }),
    bookstoreAddresses: list("TIDINGS_BOOKSTORE_ADDRESSES", ADDRESSES, {
      default: [],
      help: "host:port of the bookstore whose orders are anonymised, one or many; none: nobody here buys",
    }),
    growthAddresses: list("TIDINGS_GROWTH_ADDRESSES", ADDRESSES, {
      default: [],
      help: "host:port of the growth service that is to forget people, one or many; none: there is none",
    }),
    ...ERASURE_VARIABLES,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readErasureConfig(env: Environment) {
  return readConfig(erasureVariables(env), env);
}

import { readConfig } from "../platform/config/config.ts";
import { engineVariables, portVariables, processVariables } from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer, text } from "../platform/config/variables.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";

export type BookstoreConfig = ReturnType<typeof readBookstoreConfig>;

/** The variables of the bookstore; defaults of ports follow TIDINGS_PORT_BASE. */
export function bookstoreVariables(env: Environment) {
  return {
    ...processVariables,
    ...portVariables("bookstore", env),
    ...engineVariables,
    ...CQL_VARIABLES,
    address: text("TIDINGS_BOOKSTORE_ADDRESS", {
      default: "",
      help: "cql: where its peers reach this process, host:port; empty: TIDINGS_HOST and its port",
    }),
    leaseMs: durationMs("TIDINGS_BOOKSTORE_LEASE", {
      default: 10_000,
      min: 500,
      max: 600_000,
      help: "cql: a process that did not renew for so long, and a fifth more, loses its books",
    }),
    ...limitVariables,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readBookstoreConfig(env: Environment) {
  return readConfig(bookstoreVariables(env), env);
}

const limitVariables = {
  maxWaiting: integer("TIDINGS_BOOKSTORE_MAX_WAITING", {
    default: 20_000,
    min: 1,
    max: 1_000_000,
    help: "orders that may wait for a shard's next group; more are told to come back",
  }),
  maxGroup: integer("TIDINGS_BOOKSTORE_MAX_GROUP", {
    default: 4_000,
    min: 1,
    max: 100_000,
    help: "orders that are committed together",
  }),
  maxBooks: integer("TIDINGS_BOOKSTORE_MAX_BOOKS", {
    default: 200_000,
    min: 1,
    max: 10_000_000,
    help: "books of a shard (embedded: of the store)",
  }),
  maxOrders: integer("TIDINGS_BOOKSTORE_MAX_ORDERS", {
    default: 10_000_000,
    min: 1,
    max: 50_000_000,
    help: "orders of a shard (embedded: of the store), about 100 bytes of memory each",
  }),
  snapshotMib: integer("TIDINGS_BOOKSTORE_SNAPSHOT_MIB", {
    default: 64,
    min: 1,
    max: 16_384,
    help: "journal after which a snapshot is written, MiB; at least as much as the last one has",
  }),
};

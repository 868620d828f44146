/** What the environment says about engines. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { readConfig } from "../../services/platform/config/config.ts";
import { NODES } from "../../services/platform/config/list-items.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { integer, list, text } from "../../services/platform/config/variables.ts";
import { AMQP_VARIABLES } from "../../services/platform/messaging/rabbit/config.ts";
import { PORTS_PER_ENGINE } from "./processes/ports.ts";

export interface EngineSettings {
  /** Where all state lives; the engines use `engines/` inside it. */
  readonly dataDir: string;
  /** What was downloaded once for all checkouts of this user, and can be deleted at any time. */
  readonly cacheDir: string;
  /** A broker that already runs: it is checked, and never started or stopped. */
  readonly amqpUrl: string | undefined;
  /** Begins the name of every queue: the limits are for those. */
  readonly amqpPrefix: string;
  /** A cluster that already runs: checked, never started or stopped. */
  readonly cqlContactPoints: readonly string[] | undefined;
  /** First of three: AMQP, Erlang distribution, epmd. */
  readonly amqpPort: number;
  /** First of three: CQL, storage, storage over TLS. */
  readonly cqlPort: number;
}

const ROOT = resolve(import.meta.dirname, "../..");
const PORT_LIMITS = { min: 1_024, max: 65_536 - PORTS_PER_ENGINE };

/** What `npm run engines` reads. */
export const ENGINE_SETTINGS = {
  dataDir: text("TIDINGS_DATA_DIR", {
    default: ".data",
    help: "where all state lives, relative to the repository",
  }),
  cacheDir: text("TIDINGS_CACHE_DIR", {
    default: join(homedir(), ".cache", "tidings"),
    help: "downloads that all checkouts share",
  }),
  amqpUrl: text("TIDINGS_AMQP_URL", {
    default: "",
    pattern: /^amqps?:\/\/\S+$/,
    allowed: "amqp://user:password@host:port",
    help: "a broker that already runs",
  }),
  amqpPrefix: AMQP_VARIABLES.amqpPrefix,
  cqlContactPoints: list("TIDINGS_CQL_CONTACT_POINTS", NODES, {
    default: [],
    help: "nodes of a cluster that already runs, as host:port",
  }),
  // Beside the usual 5672 and 9042, and below the range of ephemeral ports.
  amqpPort: integer("TIDINGS_ENGINES_AMQP_PORT", {
    ...PORT_LIMITS,
    default: 29_672,
    help: "the first of three ports for RabbitMQ",
  }),
  cqlPort: integer("TIDINGS_ENGINES_CQL_PORT", {
    ...PORT_LIMITS,
    default: 29_042,
    help: "the first of three ports for Cassandra",
  }),
};

/** Throws one error that names every variable that is wrong. */
export function readSettings(env: Environment): EngineSettings {
  const { dataDir, cacheDir, amqpUrl, cqlContactPoints, ...ports } = readConfig(
    ENGINE_SETTINGS,
    env,
  );
  return {
    dataDir: resolve(ROOT, dataDir),
    cacheDir: resolve(ROOT, cacheDir),
    amqpUrl: amqpUrl || undefined,
    cqlContactPoints: cqlContactPoints.length > 0 ? cqlContactPoints : undefined,
    ...ports,
  };
}

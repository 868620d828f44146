import { TLS_VARIABLES } from "../grpc/credentials/config.ts";
import { TRACING_VARIABLES } from "../telemetry/tracing/config.ts";
import { everyProcess } from "./every-process.ts";
import { ADDRESSES } from "./list-items.ts";
import { defaultPorts, type ServiceName } from "./ports.ts";
import type { Environment, Variable } from "./variable.ts";
import { durationMs, integer, list, oneOf, text } from "./variables.ts";

const MAX_PORT = 65_535;

/** What every server of the mesh reads. */
export const processVariables = {
  logLevel: everyProcess.logLevel,
  host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "the address to listen on" }),
  ...TLS_VARIABLES,
  ...TRACING_VARIABLES,
  drainMs: durationMs("TIDINGS_DRAIN", {
    default: 10_000,
    max: 600_000,
    help: "how long a process that closes may take to hand its shards over (half of it) and to end calls in flight; it ends 10 s later at the latest, and whoever stops it must wait longer than that",
  }),
  lingerMs: durationMs("TIDINGS_DRAIN_LINGER", {
    default: 0,
    max: 60_000,
    help: "how long a closing process says NOT_SERVING before it refuses calls",
  }),
};

/** Of a process whose answers are made of others'. */
export const askingVariables = {
  startWaitMs: durationMs("TIDINGS_START_WAIT", {
    default: 5_000,
    min: 0,
    max: 600_000,
    help: "how long a process that starts waits until it has reached those whom it asks; then it serves without them",
  }),
};

/** Where and on which engines state is kept. */
export const engineVariables = {
  engine: oneOf("TIDINGS_ENGINE", ["embedded", "cql"], {
    default: "embedded",
    help: "embedded: files in TIDINGS_DATA_DIR; cql: ScyllaDB or Cassandra, and RabbitMQ",
  }),
  dataDir: text("TIDINGS_DATA_DIR", {
    default: ".data",
    help: "where the embedded engines keep their files, a folder a service",
  }),
};

/** TIDINGS_<SERVICE>_PORT and TIDINGS_<SERVICE>_METRICS_PORT. */
export function portVariables(service: ServiceName, env: Environment) {
  const defaults = defaultPorts(env)[service];
  const prefix = `TIDINGS_${service.toUpperCase()}`;
  return {
    port: portVariable(`${prefix}_PORT`, defaults.port, "where the service listens"),
    metricsPort: portVariable(
      `${prefix}_METRICS_PORT`,
      defaults.metricsPort,
      "/metrics and /healthz",
    ),
  };
}

/** TIDINGS_<SERVICE>_ADDRESSES: where to reach a service. */
export function addressesVariable(
  service: ServiceName,
  env: Environment,
): Variable<readonly string[]> {
  return list(`TIDINGS_${service.toUpperCase()}_ADDRESSES`, ADDRESSES, {
    default: [`127.0.0.1:${defaultPorts(env)[service].port}`],
    help: `host:port of the ${service} service, one or many`,
  });
}

function portVariable(name: string, port: number, what: string): Variable<number> {
  const help = `${what}; 0 takes any free port`;
  return integer(name, { default: port, min: 0, max: MAX_PORT, help });
}

import { type Environment, readConfig } from "../platform/config/config.ts";
import { defaultPorts } from "../platform/config/ports.ts";
import { integer, oneOf, text } from "../platform/config/variables.ts";

export type FriendConfig = ReturnType<typeof readFriendConfig>;

/** Reads and checks the variables of the friend service. Throws ConfigError naming every mistake. */
export function readFriendConfig(env: Environment) {
  const ports = defaultPorts(env).friend;
  return readConfig(
    {
      host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "the address to listen on" }),
      port: integer("TIDINGS_FRIEND_PORT", {
        default: ports.port,
        min: 0,
        max: 65_535,
        help: "gRPC; 0 takes any free port",
      }),
      metricsPort: integer("TIDINGS_FRIEND_METRICS_PORT", {
        default: ports.metricsPort,
        min: 0,
        max: 65_535,
        help: "/metrics and /healthz; 0 takes any free port",
      }),
      engine: oneOf("TIDINGS_ENGINE", ["embedded", "cql"], {
        default: "embedded",
        help: "embedded: LMDB in TIDINGS_DATA_DIR; cql: ScyllaDB or Cassandra, and RabbitMQ",
      }),
      dataDir: text("TIDINGS_DATA_DIR", {
        default: ".data",
        help: "where embedded engines keep their files, a folder a service",
      }),
    },
    env,
  );
}

import { type Environment, readConfig } from "../platform/config/config.ts";
import { defaultPorts } from "../platform/config/ports.ts";
import { integer, oneOf, text } from "../platform/config/variables.ts";

export type PostConfig = ReturnType<typeof readPostConfig>;

const MAX_POSTS_PER_MINUTE = 1_000_000;

/** Reads and checks the variables of the post service. Throws ConfigError naming every mistake. */
export function readPostConfig(env: Environment) {
  const ports = defaultPorts(env).post;
  return readConfig(
    {
      host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "the address to listen on" }),
      port: integer("TIDINGS_POST_PORT", {
        default: ports.port,
        min: 0,
        max: 65_535,
        help: "gRPC; 0 takes any free port",
      }),
      metricsPort: integer("TIDINGS_POST_METRICS_PORT", {
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
      quotaPerMinute: integer("TIDINGS_POST_QUOTA_PER_MINUTE", {
        default: 600,
        min: 1,
        max: MAX_POSTS_PER_MINUTE,
        help: "posts an author may create a minute, at each replica",
      }),
      quotaBurst: integer("TIDINGS_POST_QUOTA_BURST", {
        default: 200,
        min: 1,
        max: MAX_POSTS_PER_MINUTE,
        help: "posts an author may create at once, at each replica",
      }),
    },
    env,
  );
}

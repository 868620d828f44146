import { type Environment, readConfig } from "../platform/config/config.ts";
import { defaultPorts } from "../platform/config/ports.ts";
import { durationMs, integer, list, oneOf, text } from "../platform/config/variables.ts";

export type FanoutConfig = ReturnType<typeof readFanoutConfig>;

const DEFAULT_HOST = "127.0.0.1";

/** Reads and checks the variables of the fan-out worker. Throws ConfigError naming every mistake. */
export function readFanoutConfig(env: Environment) {
  const ports = defaultPorts(env);
  const addresses = (service: "post" | "friend" | "timeline", help: string) =>
    list(`TIDINGS_${service.toUpperCase()}_ADDRESSES`, {
      default: [`${DEFAULT_HOST}:${ports[service].port}`],
      help: `host:port, several with commas: ${help}`,
    });
  const bounded = (name: string, standard: number, max: number, help: string) =>
    integer(name, { default: standard, min: 1, max, help });
  return readConfig(
    {
      host: text("TIDINGS_HOST", { default: DEFAULT_HOST, help: "the address to listen on" }),
      metricsPort: integer("TIDINGS_FANOUT_METRICS_PORT", {
        default: ports.fanout.metricsPort,
        min: 0,
        max: 65_535,
        help: "/metrics and /healthz; 0 takes any free port",
      }),
      engine: oneOf("TIDINGS_ENGINE", ["embedded", "cql"], {
        default: "embedded",
        help: "embedded: queues in the post and friend processes; cql: RabbitMQ",
      }),
      amqpUrl: text("TIDINGS_AMQP_URL", {
        default: "amqp://guest:guest@127.0.0.1:5672",
        help: "RabbitMQ; with TIDINGS_ENGINE=cql",
      }),
      amqpPrefix: text("TIDINGS_AMQP_PREFIX", {
        default: "tidings",
        pattern: /^[\w.-]{1,64}$/,
        allowed: "1 to 64 letters, digits, _, . and -",
        help: "begins the name of every queue",
      }),
      postAddresses: addresses("post", "where the queues posts, chunks and dead-letters are"),
      friendAddresses: addresses("friend", "the graph, and the queue friends"),
      timelineAddresses: addresses("timeline", "any of the timeline processes"),
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
    },
    env,
  );
}

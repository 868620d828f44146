import { ConfigError, type Environment, readConfig } from "../platform/config/config.ts";
import { defaultPorts } from "../platform/config/ports.ts";
import { durationMs, integer, list, oneOf, text } from "../platform/config/variables.ts";

export type TimelineConfig = ReturnType<typeof readTimelineConfig>;

const MINUTE_MS = 60_000;

/** Reads and checks the variables of the timeline service. Throws ConfigError naming every mistake. */
export function readTimelineConfig(env: Environment) {
  const ports = defaultPorts(env);
  const config = readConfig(
    {
      ...serverVariables(ports.timeline.port, ports.timeline.metricsPort),
      ...peerVariables(ports.post.port, ports.friend.port, ports.ranking.port),
      ...limitVariables(),
    },
    env,
  );
  if (config.index < config.addresses.length) return config;
  const processes = `TIDINGS_TIMELINE_ADDRESSES names ${config.addresses.length} process(es)`;
  throw new ConfigError([`TIDINGS_TIMELINE_INDEX="${config.index}" is out of range: ${processes}`]);
}

function serverVariables(port: number, metricsPort: number) {
  return {
    host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "the address to listen on" }),
    port: integer("TIDINGS_TIMELINE_PORT", {
      default: port,
      min: 0,
      max: 65_535,
      help: "gRPC; 0 takes any free port",
    }),
    metricsPort: integer("TIDINGS_TIMELINE_METRICS_PORT", {
      default: metricsPort,
      min: 0,
      max: 65_535,
      help: "/metrics and /healthz; 0 takes any free port",
    }),
    engine: oneOf("TIDINGS_ENGINE", ["embedded", "cql"], {
      default: "embedded",
      help: "embedded: rings over a log in TIDINGS_DATA_DIR; cql: ScyllaDB or Cassandra",
    }),
    dataDir: text("TIDINGS_DATA_DIR", {
      default: ".data",
      help: "where embedded engines keep their files, a folder a service",
    }),
    addresses: list("TIDINGS_TIMELINE_ADDRESSES", {
      default: [`127.0.0.1:${port}`],
      help: "every timeline process, host:port, in one order everywhere: it decides who owns what",
    }),
    index: integer("TIDINGS_TIMELINE_INDEX", {
      default: 0,
      min: 0,
      max: 999,
      help: "which of TIDINGS_TIMELINE_ADDRESSES this process is, from 0",
    }),
  };
}

function peerVariables(postPort: number, friendPort: number, rankingPort: number) {
  return {
    postAddresses: list("TIDINGS_POST_ADDRESSES", {
      default: [`127.0.0.1:${postPort}`],
      help: "replicas of the post service, host:port",
    }),
    friendAddresses: list("TIDINGS_FRIEND_ADDRESSES", {
      default: [`127.0.0.1:${friendPort}`],
      help: "replicas of the friend service, host:port",
    }),
    rankingAddresses: list("TIDINGS_RANKING_ADDRESSES", {
      default: [`127.0.0.1:${rankingPort}`],
      help: "replicas of the ranking service, host:port",
    }),
    sourceTimeoutMs: durationMs("TIDINGS_TIMELINE_SOURCE_TIMEOUT", {
      default: 5_000,
      min: 10,
      help: "how long a fill waits for one answer of the friend or post service",
    }),
    rankTimeoutMs: durationMs("TIDINGS_TIMELINE_RANK_TIMEOUT", {
      default: 100,
      min: 1,
      help: "how long a ranked page waits for its order; then it is chronological",
    }),
    pageWaitMs: durationMs("TIDINGS_TIMELINE_PAGE_WAIT", {
      default: 250,
      min: 0,
      help: "how long a page waits for its fill or its friends; then it shows what there is",
    }),
  };
}

function limitVariables() {
  return {
    ringEntries: integer("TIDINGS_TIMELINE_RING_ENTRIES", {
      default: 800,
      min: 8,
      max: 10_000,
      help: "recent entries kept in memory for each active viewer",
    }),
    slabMib: integer("TIDINGS_TIMELINE_SLAB_MIB", {
      default: 2_048,
      min: 1,
      max: 1_048_576,
      help: "memory for entries, MiB (16 bytes an entry); full rings give way to new entries",
    }),
    friendSetMib: integer("TIDINGS_TIMELINE_FRIEND_SET_MIB", {
      default: 512,
      min: 1,
      max: 65_536,
      help: "memory for the friends of viewers who read lately, MiB (about 2 KB a viewer)",
    }),
    fillsRunning: integer("TIDINGS_TIMELINE_FILLS_RUNNING", {
      default: 8,
      min: 1,
      max: 1_000,
      help: "fills at one time",
    }),
    fillsQueued: integer("TIDINGS_TIMELINE_FILLS_QUEUED", {
      default: 2_000,
      min: 1,
      max: 1_000_000,
      help: "fills that wait; above that a page says FILLING and a later read asks again",
    }),
    watchers: integer("TIDINGS_TIMELINE_WATCHERS", {
      default: 20_000,
      min: 1,
      max: 10_000_000,
      help: "open WatchTimeline streams",
    }),
    watchBuffered: integer("TIDINGS_TIMELINE_WATCH_BUFFERED", {
      default: 1_000,
      min: 1,
      max: 1_000_000,
      help: "entries that wait for a slow stream before it is cut off with its cursor",
    }),
    watchAgeMs: durationMs("TIDINGS_TIMELINE_WATCH_AGE", {
      default: 30 * MINUTE_MS,
      min: 10,
      help: "the age at which a stream ends, so that it resumes where the owner is",
    }),
  };
}

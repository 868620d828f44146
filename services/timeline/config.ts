import { ConfigError, readConfig } from "../platform/config/config.ts";
import { ADDRESSES } from "../platform/config/list-items.ts";
import {
  addressesVariable,
  askingVariables,
  engineVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer, list } from "../platform/config/variables.ts";
import { CQL_VARIABLES } from "../platform/storage/cql/config.ts";
import { DEFAULT_RING_ENTRIES, MIN_RING_ENTRIES } from "./domain/rings/ring-memory.ts";

export type TimelineConfig = ReturnType<typeof readTimelineConfig>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What a store keeps of the last read outlives it. */
const MAX_LAPSE_DAYS = 45;

const PULL_VARIABLES = {
  maxKeptFriends: integer("TIDINGS_PULL_ONLY_FRIENDS", {
    default: 20_000,
    min: 1,
    max: 1_000_000_000,
    help: "of viewers with more friends nothing is kept: their pages are read from the recent index",
  }),
};

/** The variables of the timeline service; defaults of ports follow TIDINGS_PORT_BASE. */
export function timelineVariables(env: Environment) {
  return {
    ...processVariables,
    ...askingVariables,
    ...portVariables("timeline", env),
    ...engineVariables,
    ...CQL_VARIABLES,
    addresses: list("TIDINGS_TIMELINE_ADDRESSES", ADDRESSES, {
      default: addressesVariable("timeline", env).fallback ?? [],
      help: "every timeline process, host:port, in one order everywhere: embedded, their number decides who owns what",
    }),
    index: integer("TIDINGS_TIMELINE_INDEX", {
      default: 0,
      min: 0,
      max: 999,
      help: "which of TIDINGS_TIMELINE_ADDRESSES this process is, from 0",
    }),
    ...peerVariables(env),
    ...limitVariables(),
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readTimelineConfig(env: Environment) {
  const config = readConfig(timelineVariables(env), env);
  if (config.index < config.addresses.length) return config;
  const processes = `TIDINGS_TIMELINE_ADDRESSES names ${config.addresses.length} process(es)`;
  throw new ConfigError([`TIDINGS_TIMELINE_INDEX="${config.index}" is out of range: ${processes}`]);
}

function peerVariables(env: Environment) {
  return {
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
    rankingAddresses: addressesVariable("ranking", env),
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
      help: "how long a page waits for its fill, its friends or what is pulled; then it shows what there is",
    }),
  };
}

function limitVariables() {
  return {
    ringEntries: integer("TIDINGS_TIMELINE_RING_ENTRIES", {
      default: DEFAULT_RING_ENTRIES,
      min: MIN_RING_ENTRIES,
      max: 10_000,
      help: "newest entries kept in memory for each active viewer; what is below them comes from the recent index",
    }),
    slabMib: integer("TIDINGS_TIMELINE_SLAB_MIB", {
      default: 2_048,
      min: 1,
      max: 1_048_576,
      help: "memory for entries, MiB (16 bytes each); full, who read least lately becomes inactive (cql: not resident)",
    }),
    windowMs: durationMs("TIDINGS_TIMELINE_WINDOW", {
      default: 28 * DAY_MS,
      min: DAY_MS,
      max: 3 * 366 * DAY_MS,
      help: "cql: how long rows of entries are kept; what is older is below every floor",
    }),
    indexMib: integer("TIDINGS_TIMELINE_INDEX_MIB", {
      default: 512,
      min: 0,
      max: 1_048_576,
      help: "memory for the index of everyone's recent posts, MiB (about 15 bytes a post); 0: none",
    }),
    indexSpanMs: durationMs("TIDINGS_TIMELINE_INDEX_SPAN", {
      default: 2 * DAY_MS,
      min: MINUTE_MS,
      max: 30 * DAY_MS,
      help: "how far that index reaches back, if it fits; at most TIDINGS_POST_LOG_KEPT",
    }),
    lapseAfterMs: durationMs("TIDINGS_TIMELINE_LAPSE_AFTER", {
      default: 14 * DAY_MS,
      min: DAY_MS,
      max: MAX_LAPSE_DAYS * DAY_MS,
      help: "who has not read for so long costs nothing until they come back; in whole days",
    }),
    leaseMs: durationMs("TIDINGS_TIMELINE_LEASE", {
      default: 10_000,
      min: 500,
      max: 600_000,
      help: "cql: a process that did not renew for so long, and a fifth more, loses its shards",
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
    ...PULL_VARIABLES,
    ...coldVariables(),
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

function coldVariables() {
  return {
    coldMib: integer("TIDINGS_TIMELINE_COLD_MIB", {
      default: 64,
      min: 1,
      max: 65_536,
      help: "memory for what was read ahead for those who scroll below the index, MiB (5 KB each)",
    }),
    coldRunning: integer("TIDINGS_TIMELINE_COLD_RUNNING", {
      default: 8,
      min: 1,
      max: 1_000,
      help: "reads below the index at one time; each asks for four times 256 authors at once",
    }),
    coldQueued: integer("TIDINGS_TIMELINE_COLD_QUEUED", {
      default: 1_000,
      min: 1,
      max: 1_000_000,
      help: "reads below the index that wait; above that a page says COLD_SLOW",
    }),
    coldWaitMs: durationMs("TIDINGS_TIMELINE_COLD_WAIT", {
      default: 1_000,
      min: 0,
      help: "how long a page below the index waits; then it says COLD_SLOW, and the read goes on",
    }),
  };
}

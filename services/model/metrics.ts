import { COLD_COUNTERS, COLD_GAUGES, DROPPED_GAUGES } from "./metrics/cold.ts";
import { PENDING_GAUGES } from "./metrics/pending.ts";
import { POST_LOG_COUNTERS, POST_LOG_GAUGES } from "./metrics/postlog.ts";
import { CALLER_COUNTERS, CALLER_GAUGES } from "./metrics/security.ts";

/**
 * Every metric of the mesh, in one place: what it is called, what it means, and how it is cut. Names follow
 * Prometheus (`tidings_<service>_<what>_<unit>`, counters end in `_total`), those of gRPC calls
 * go-grpc-prometheus, those of a process the usual client libraries. A label has few values, never an id.
 */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

export interface HistogramDefinition extends MetricDefinition {
  /** Upper bounds, ascending; +Inf is added. */
  readonly bounds: readonly number[];
}

const CALL_LABELS = ["grpc_type", "grpc_service", "grpc_method"];
const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const COUNTERS = {
  grpcServerStarted: {
    name: "grpc_server_started_total",
    help: "Calls started",
    labelNames: CALL_LABELS,
  },
  grpcServerHandled: {
    name: "grpc_server_handled_total",
    help: "Calls that ended, by status",
    labelNames: [...CALL_LABELS, "grpc_code"],
  },
  grpcClientStarted: {
    name: "grpc_client_started_total",
    help: "Calls started",
    labelNames: CALL_LABELS,
  },
  grpcClientHandled: {
    name: "grpc_client_handled_total",
    help: "Calls that ended, by status",
    labelNames: [...CALL_LABELS, "grpc_code"],
  },
  processCpuSeconds: {
    name: "process_cpu_seconds_total",
    help: "CPU time of all threads, user and system",
  },
  erasureDeleted: { name: "tidings_erasure_deleted_total", help: "Items", labelNames: ["table"] },
  relayPublished: {
    name: "tidings_relay_published_total",
    help: "Events published from the outbox",
  },
  busDropped: {
    name: "tidings_bus_dropped_messages_total",
    help: "The oldest messages of a subscriber that was away too long, by queue",
    labelNames: ["queue"],
  },
  relayFailures: { name: "tidings_relay_failures_total", help: "Batches the bus did not confirm" },
  damagedValues: {
    name: "tidings_store_damaged_values_total",
    help: "Stored values that were read and are not what was written, by table; the log has their keys",
    labelNames: ["table"],
  },
  postCacheReads: {
    name: "tidings_post_cache_reads_total",
    help: "Posts asked for by id: in memory (hit), or read from the store (miss)",
    labelNames: ["result"],
  },
  fanoutMessages: {
    name: "tidings_fanout_messages_total",
    help: "Messages that the worker is done with",
    labelNames: ["queue", "outcome"],
  },
  fanoutEntries: {
    name: "tidings_fanout_entries_total",
    help: "Deliveries by what became of them",
    labelNames: ["result"],
  },
  untoldChanges: {
    name: "tidings_friend_untold_changes_total",
    help: "Friend changes of which an owner of timelines did not hear before they were answered",
  },
  degradedPages: {
    name: "tidings_timeline_degraded_pages_total",
    help: "Pages that name something as missing",
    labelNames: ["reason"],
  },
  leaseLosses: {
    name: "tidings_lease_losses_total",
    help: "Leases that another process took over while this one lived",
  },
  ...COLD_COUNTERS,
  ...POST_LOG_COUNTERS,
  ...CALLER_COUNTERS,
  rateChecks: {
    name: "tidings_ratelimit_checks_total",
    help: "Decisions for callers that hold no leases, by outcome",
    labelNames: ["outcome"],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export const GAUGES = {
  ...PENDING_GAUGES,
  erasureRunning: { name: "tidings_erasure_running_jobs", help: "Jobs that run here now" },
  serving: {
    name: "tidings_serving",
    help: "1 while its health says SERVING, 0 while it says NOT_SERVING",
  },
  dataFreeBytes: {
    name: "tidings_data_free_bytes",
    help: "Room on the disk of the data folder, for who may write there",
  },
  eventLoopLagP99: {
    name: "nodejs_eventloop_lag_p99_seconds",
    help: "Event-loop delay, p99 since the last scrape",
  },
  residentMemory: { name: "process_resident_memory_bytes", help: "Resident memory" },
  heapUsed: { name: "nodejs_heap_size_used_bytes", help: "Bytes in use on the JavaScript heap" },
  externalMemory: {
    name: "nodejs_external_memory_bytes",
    help: "Bytes of buffers outside the heap",
  },
  deadLetters: {
    name: "tidings_dead_letters",
    help: "Messages that were given up: npm run dead-letters",
  },
  liveStreams: { name: "tidings_gateway_live_streams", help: "Live streams open" },
  watchConnections: {
    name: "tidings_gateway_watch_connections",
    help: "Connections to owners for live streams",
  },
  cachedPosts: { name: "tidings_post_cached_posts", help: "Posts in memory beside the store" },
  postCacheBytes: {
    name: "tidings_post_cache_bytes",
    help: "Memory of posts that were read or written lately",
  },
  storedPosts: { name: "tidings_post_store_posts", help: "Posts in the store, deleted ones too" },
  timelineShards: { name: "tidings_timeline_shards", help: "Shards that this process serves" },
  fillsQueued: { name: "tidings_timeline_fills_queued", help: "Fills that wait" },
  fillsRunning: { name: "tidings_timeline_fills_running", help: "Fills at work" },
  fillsFailed: { name: "tidings_timeline_fills_failed", help: "Fills that wait for another try" },
  ...COLD_GAUGES,
  ...POST_LOG_GAUGES,
  ...CALLER_GAUGES,
  friendSets: { name: "tidings_timeline_friend_sets", help: "Friend sets in memory" },
  friendsUnheardSeconds: {
    name: "tidings_timeline_friends_unheard_seconds",
    help: "How long ago the friend service last said of which changes no owner could be told",
  },
  friendSetBytes: { name: "tidings_timeline_friend_set_bytes", help: "Memory of friend sets" },
  rateLeases: { name: "tidings_ratelimit_leases", help: "Leases that this process holds itself" },
  indexPosts: { name: "tidings_timeline_index_posts", help: "Posts in the recent index" },
  indexAuthors: { name: "tidings_timeline_index_authors", help: "Authors in the recent index" },
  indexBytes: { name: "tidings_timeline_index_bytes", help: "Memory of the recent index" },
  indexSpanSeconds: {
    name: "tidings_timeline_index_span_seconds",
    help: "How far back the recent index is complete",
  },
  indexLagSeconds: {
    name: "tidings_timeline_index_lag_seconds",
    help: "How long ago the recent index had all of the post log",
  },
  watchers: { name: "tidings_timeline_watchers", help: "Open WatchTimeline streams" },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What a timeline store says of itself, by the names of its numbers; a store has some of them. */
export const STORE_GAUGES = {
  viewers: { name: "tidings_timeline_store_viewers", help: "Active viewers" },
  entries: { name: "tidings_timeline_store_entries", help: "Entries in memory" },
  slabBytes: { name: "tidings_timeline_store_slab_bytes", help: "Memory of entries" },
  tableBytes: { name: "tidings_timeline_store_table_bytes", help: "Memory of the viewers' table" },
  logBytes: { name: "tidings_timeline_store_log_bytes", help: "The log since its last snapshot" },
  snapshots: { name: "tidings_timeline_store_snapshots", help: "Snapshots since the start" },
  residents: { name: "tidings_timeline_store_residents", help: "Viewers with a ring in memory" },
  ringBytes: { name: "tidings_timeline_store_ring_bytes", help: "Memory of rings" },
  ...DROPPED_GAUGES,
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type StoreNumber = keyof typeof STORE_GAUGES;
export const STORE_NUMBERS: readonly StoreNumber[] = [
  "droppedInactive",
  "droppedBelowFloor",
  "viewers",
  "entries",
  "slabBytes",
  "tableBytes",
  "logBytes",
  "snapshots",
  "residents",
  "ringBytes",
];

export const HISTOGRAMS = {
  grpcServerSeconds: {
    name: "grpc_server_handling_seconds",
    help: "How long calls took",
    labelNames: CALL_LABELS,
    bounds: CALL_SECONDS,
  },
  grpcClientSeconds: {
    name: "grpc_client_handling_seconds",
    help: "How long calls took",
    labelNames: CALL_LABELS,
    bounds: CALL_SECONDS,
  },
  httpSeconds: {
    name: "http_request_duration_seconds",
    help: "From the head of a request to the end of its answer",
    labelNames: ["route", "method", "status"],
    bounds: CALL_SECONDS,
  },
  collections: {
    name: "nodejs_gc_duration_seconds",
    help: "Garbage collections, for which the event loop stood still",
    labelNames: ["kind"],
    bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  },
  /** The product's health. */
  lag: {
    name: "tidings_lag_seconds",
    help: "From a post's acknowledgement until its entry can be read",
    bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
  },
  commitWrites: {
    name: "tidings_post_store_commit_writes",
    help: "Keys written in one commit, by posts, the outbox and the queues together",
    bounds: [1, 3, 10, 30, 100, 300, 1_000, 3_000],
  },
  fanoutPostsPerCall: {
    name: "tidings_fanout_posts_per_call",
    help: "Posts in one AppendEntries",
    bounds: [1, 2, 5, 10, 20, 50, 100, 200],
  },
  fanoutStageSeconds: {
    name: "tidings_fanout_stage_seconds",
    help: "How long a message stays in a stage, its waits for room and for back-off included",
    labelNames: ["stage"],
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
  },
} as const satisfies Readonly<Record<string, HistogramDefinition>>;

import type { MetricName } from "./definitions.ts";

/** What an operator does about a metric. A new metric without a line here is a type error. */
export const ACTIONS: Readonly<Record<MetricName, string>> = {
  grpc_client_handled_total:
    "UNAVAILABLE here and not at the server: look at the network between the two",
  grpc_client_handling_seconds:
    "Longer than the server's own: calls wait for a connection or the loop",
  grpc_client_started_total: "Compare with handled: the difference is in flight",
  grpc_server_handled_total: "By `grpc_code`: INTERNAL is a fault here, UNAVAILABLE one below",
  grpc_server_handling_seconds: "Which method, which process; then event-loop lag and CPU of it",
  grpc_server_started_total: "Compare with handled: the difference is in flight",
  http_request_duration_seconds: "By `route`: what the gateway waits for is in grpc_client_*",
  nodejs_eventloop_lag_p99_seconds:
    "Above 0.1: the process has too much to do; add one, or profile it",
  nodejs_external_memory_bytes: "Grows without traffic: a leak of buffers; take a heap snapshot",
  nodejs_gc_duration_seconds: "Major collections above 0.2: the heap is too near its limit",
  nodejs_heap_size_used_bytes: "Grows from day to day: take two heap snapshots and compare",
  process_cpu_seconds_total: "Above 0.7 of a core for long: add processes",
  process_resident_memory_bytes:
    "Near the container's limit: raise it, or lower the bounds in bytes",
  tidings_admission_held_calls: "Near the limit for long: add processes of this service",
  tidings_admission_held_up_total:
    "Rises: one caller asks a busy process again and again at once; docs/overload.md",
  tidings_admission_limit_calls:
    "Falls while calls are few: what the service waits for has become slow; see grpc_client_*",
  tidings_admission_refused_total:
    '`page` or `live` rise: add processes; `why="share"`: one instance floods; docs/overload.md',
  tidings_certificate_life_days: "None: what is left is judged by it",
  tidings_certificate_remaining_days:
    "Falls below a third of a certificate's life: whoever renews the files does not; docs/security.md",
  tidings_connections_ended_total:
    '`by="fault"` rises: somebody breaks the protocol, or resets more calls than a connection may',
  tidings_connections_held_up_total:
    "Rises: somebody sends heads that nobody sees, or very much metadata; SECURITY.md",
  tidings_dead_letters: "`npm run dead-letters`: see the reason, then replay or drop",
  tidings_erasure_deleted_total:
    "Stands still while a job runs: the job is blocked; WatchErasure says by what",
  tidings_erasure_running_jobs: "None",
  tidings_fanout_entries_total:
    "Many `dropped`: deliveries to the inactive, which is as it should be",
  tidings_fanout_messages_total: "`requeue` rises: an engine or an owner is away",
  tidings_fanout_posts_per_call: "Near 1 at load: workers have too few posts in flight to batch",
  tidings_fanout_stage_seconds:
    "The stage that takes longest names who is slow: friends, append or the bus",
  tidings_friend_untold_changes_total:
    "Rises: owners are slow or out of the friend service's reach; pages learn of changes a second later, when owners ask",
  tidings_gateway_live_streams: "Add gateways before their connections are at their cap",
  tidings_gateway_watch_connections: "Grows without streams: a leak, report it",
  tidings_client_held_back_calls_total:
    "Rises: the service named in `to` is overloaded; see its tidings_admission_*",
  tidings_data_free_bytes:
    "Under a tenth of the disk: make room; writes fail when it is gone, reads go on",
  tidings_growth_active_users_day: "None",
  tidings_growth_active_users_month: "None",
  tidings_growth_active_users_week: "None",
  tidings_growth_k_factor_ratio: "None",
  tidings_growth_ledger_bytes: "Within a fifth of the container's limit: give it more memory",
  tidings_growth_missing_referrers_total:
    "Rises with `tidings_growth_new_users_today`: a client names people who do not exist",
  tidings_growth_new_users_today: "None",
  tidings_growth_posts_today: "Far from `tidings_relay_published_total`: events do not arrive",
  tidings_growth_posts_per_active_user_today_ratio: "None",
  tidings_growth_referred_users_today: "None",
  tidings_growth_retention_week1_ratio: "None",
  tidings_growth_retention_week4_ratio: "None",
  tidings_growth_revenue: "None",
  tidings_growth_users: "None",
  tidings_lag_seconds: "The product's health: see where it is made in tidings_fanout_stage_seconds",
  tidings_lease_losses_total:
    "Rises: the process stands still for longer than its lease, or its clock does",
  tidings_pending_bus_messages: "Grows: too few workers, or one target is away",
  tidings_pending_fanout_messages: "Stays high while the bus is empty: a worker waits for an owner",
  tidings_pending_fills: "Grows: too many return at once, or the post store is slow",
  tidings_pending_index_rows: "Grows: this owner can't follow the post log; look at its CPU",
  tidings_pending_outboxes:
    "Stays: a process died, and who lives can't take over what it left; see the log",
  tidings_pending_outbox_events: "Grows: the bus is away, or no relay holds the lease",
  tidings_post_log_messages_total:
    "Stands still while posts come: no timeline process watches; see tidings_timeline_log_writers",
  tidings_post_log_reads_total:
    "Grows with posts: owners are not told of rows and ask; see tidings_timeline_log_writers",
  tidings_post_store_commit_writes:
    "Small at load: commits are not shared; the disk is fast enough",
  tidings_post_cache_bytes: "near TIDINGS_POST_CACHE_MIB and many misses: raise it",
  tidings_post_cache_reads_total:
    "mostly misses: raise TIDINGS_POST_CACHE_MIB; only misses: the post log can't be read, see the log",
  tidings_post_cached_posts: "",
  tidings_post_store_posts: "Plan the disk by it: docs/load/plan.md",
  tidings_ratelimit_checks_total: "Many refused: see which node refuses in CheckLimit's answer",
  tidings_ratelimit_leases: "None",
  tidings_bus_dropped_messages_total:
    "A subscriber was away for a million messages and has missed some: start it, or let it go for good.",
  tidings_relay_failures_total: "Rises: the broker refuses or is away; nothing is lost meanwhile",
  tidings_relay_published_total: "0 while posts are made: the relay stands still",
  tidings_serving: "0 while nothing is being restarted: its log says why",
  tidings_shared_quota_leases:
    "0: the rate limit service is away, and limits are this process's own",
  tidings_store_damaged_values_total: "Any: the disk lies. The log names the keys; restore them",
  tidings_refused_callers_total:
    "Somebody calls who may not, or an operator forgot a certificate: the log names the caller",
  tidings_timeline_degraded_pages_total: "By `reason`: the source that pages wait for",
  tidings_timeline_fills_failed: "Above 0 for long: friend or post store is away",
  tidings_timeline_fills_queued: "Grows: see tidings_pending_fills",
  tidings_timeline_fills_running: "At its limit for long: raise it, or add owners",
  tidings_timeline_friend_set_bytes: "At its bound: sets are read again on each visit",
  tidings_timeline_friend_sets: "None",
  tidings_timeline_friends_unheard_seconds:
    "Above 10: the owner can't reach the friend service, and its pages say friends_unavailable",
  tidings_timeline_cold_bytes: "At its bound: slices are read twice; give them more memory",
  tidings_timeline_cold_entries_total: "None",
  tidings_timeline_cold_queued: "Grows: pages say COLD_SLOW; the post store is slow, or add owners",
  tidings_timeline_cold_running: "At its limit for long: raise it, or add owners",
  tidings_timeline_cold_seconds_total:
    "By the number of slices: how slow the post store is for them",
  tidings_timeline_cold_slices_total: "Grows fast: a crowd scrolls far back, or the index is short",
  tidings_timeline_index_authors: "None",
  tidings_timeline_index_bytes: "At its bound: the span shrinks; give it more memory",
  tidings_timeline_index_lag_seconds: "Above 5: pages answer without the newest pulled posts",
  tidings_timeline_index_posts: "None",
  tidings_timeline_index_rows_total:
    "Many `read` while posts come: streams break or are refused; see tidings_timeline_log_writers",
  tidings_timeline_index_span_seconds:
    "Under a day: more pages go to the store; give it more memory",
  tidings_timeline_log_writers:
    "Fewer than post processes: the others are polled; look for refused or broken WatchPostLog",
  tidings_timeline_shards: "0 on a process that serves: it holds no lease; see its log",
  tidings_timeline_lapsed_total: "A jump: was the clock set forward? They fill again when read",
  tidings_timeline_store_dropped_below_floor: "Rises beside the lag: deliveries come very late",
  tidings_timeline_store_dropped_inactive: "None: whoever is not active is filled when they read",
  tidings_timeline_store_entries: "None",
  tidings_timeline_store_log_bytes: "Grows past its limit: snapshots fail; see the disk",
  tidings_timeline_store_residents: "None",
  tidings_timeline_store_ring_bytes: "At its bound: rings are evicted; give it more memory",
  tidings_timeline_store_slab_bytes: "At its bound: who was read longest ago loses the ring",
  tidings_timeline_store_snapshots: "Stands still while the log grows: snapshots fail",
  tidings_timeline_store_table_bytes: "None",
  tidings_timeline_store_viewers: "None",
  tidings_timeline_watchers: "None",
};

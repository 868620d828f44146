/** Of timelines that nobody reads, and of what is read below the recent index; part of metrics.ts. */
export const COLD_COUNTERS = {
  lapsedTimelines: {
    name: "tidings_timeline_lapsed_total",
    help: "Timelines that ended because nobody read them for long",
  },
  coldSlices: {
    name: "tidings_timeline_cold_slices_total",
    help: "Stretches below the recent index that were read from the posts",
  },
  coldEntries: {
    name: "tidings_timeline_cold_entries_total",
    help: "Entries in those stretches",
  },
  coldSeconds: {
    name: "tidings_timeline_cold_seconds_total",
    help: "Time that those stretches took, one after another",
  },
} as const;

export const COLD_GAUGES = {
  coldRunning: {
    name: "tidings_timeline_cold_running",
    help: "Stretches below the recent index that are being read",
  },
  coldQueued: {
    name: "tidings_timeline_cold_queued",
    help: "Stretches below the recent index that wait to be read",
  },
  coldBytes: {
    name: "tidings_timeline_cold_bytes",
    help: "Memory of what was read below the recent index",
  },
} as const;

/** Deliveries that a timeline store did not take, by the reason. */
export const DROPPED_GAUGES = {
  droppedInactive: {
    name: "tidings_timeline_store_dropped_inactive",
    help: "Deliveries to viewers who are not active, since the start",
  },
  droppedBelowFloor: {
    name: "tidings_timeline_store_dropped_below_floor",
    help: "Deliveries that came below the floor of a timeline, since the start",
  },
} as const;

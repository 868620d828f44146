/** What waits is `tidings_pending_*`, in whichever process: quiet means that all of them are 0. */
export const PENDING_PREFIX = "tidings_pending_";

/** Part of metrics.ts. */
export const PENDING_GAUGES = {
  pendingOutboxEvents: {
    name: `${PENDING_PREFIX}outbox_events`,
    help: "Events not yet known to be on the bus",
  },
  pendingOutboxes: {
    name: `${PENDING_PREFIX}outboxes`,
    help: "Outboxes of others that may be dead, and were not looked into yet",
  },
  pendingBusMessages: {
    name: `${PENDING_PREFIX}bus_messages`,
    help: "Messages on queues known here, not acked",
  },
  pendingFanoutMessages: {
    name: `${PENDING_PREFIX}fanout_messages`,
    help: "Messages taken from the bus, not settled",
  },
  pendingFills: { name: `${PENDING_PREFIX}fills`, help: "Fills not done" },
  pendingIndexRows: {
    name: `${PENDING_PREFIX}index_rows`,
    help: "Rows of the post log that the recent index has not read; the log is asked, once a scrape",
  },
} as const;

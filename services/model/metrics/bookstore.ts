import type { HistogramDefinition, MetricDefinition } from "../metrics.ts";

/** The metrics of the bookstore: see metrics.ts for how they are called. */
const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export const BOOKSTORE_GAUGES = {
  shards: { name: "tidings_bookstore_shards", help: "Shards that this process serves" },
  waiting: {
    name: "tidings_bookstore_waiting",
    help: "Orders and other changes that wait for a group",
  },
  settling: {
    name: "tidings_bookstore_settling",
    help: "Orders whose other shards are asked or told",
  },
  books: { name: "tidings_bookstore_books", help: "Books on sale" },
  orders: { name: "tidings_bookstore_orders", help: "Orders kept" },
  orderBytes: { name: "tidings_bookstore_order_bytes", help: "Memory of orders" },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export const BOOKSTORE_HISTOGRAMS = {
  groupOrders: {
    name: "tidings_bookstore_group_orders",
    help: "Orders and other changes of a group",
    bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000],
  },
  groupWaited: {
    name: "tidings_bookstore_group_waited_seconds",
    help: "How long the first call of a group had waited for its turn",
    bounds: SECONDS,
  },
  groupCommit: {
    name: "tidings_bookstore_group_commit_seconds",
    help: "From the begin of a group until it is durable",
    bounds: SECONDS,
  },
} as const satisfies Readonly<Record<string, HistogramDefinition>>;

/** Of the post log, and of those who follow it; part of metrics.ts. */
export const POST_LOG_COUNTERS = {
  postLogMessages: {
    name: "tidings_post_log_messages_total",
    help: "Messages to those who watch what this process writes into the post log",
  },
  postLogReads: {
    name: "tidings_post_log_reads_total",
    help: "Reads of the post log in the database, of heads and of rows; on cql only",
  },
  indexRows: {
    name: "tidings_timeline_index_rows_total",
    help: "Rows of the post log taken into the recent index: told by who wrote them, or read",
    labelNames: ["way"],
  },
} as const;

export const POST_LOG_GAUGES = {
  logWriters: {
    name: "tidings_timeline_log_writers",
    help: "Post processes that tell this one what they write into the post log",
  },
} as const;

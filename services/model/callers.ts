/** Everyone who may call a service: the services themselves, and the tools beside them. */
export const CALLERS = [
  "gateway",
  "post",
  "friend",
  "timeline",
  "ranking",
  "fanout",
  "engagement",
  "erasure",
  "ratelimit",
  "bookstore",
  "growth",
  // Shows operators the mesh, and changes nothing unless it was told to.
  "console",
  // A person at a terminal: `npm run call` and the other commands.
  "operator",
  // The load toolkit, which calls as the services would.
  "loadtest",
  "prometheus",
  "envoy",
] as const;

export type Caller = (typeof CALLERS)[number];

/** Who is shown the metrics of a process. */
export const METRICS_READERS: readonly Caller[] = ["prometheus", "operator", "console", "loadtest"];

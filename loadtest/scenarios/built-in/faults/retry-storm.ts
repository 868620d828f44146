import { scenario } from "../../define.ts";

/** The gateway's calls are repeated by its client: without bounds these and what waits would keep each other alive. */
export const retryStorm = scenario({
  name: "retry-storm",
  about:
    "The post service stands still for three seconds under callers that repeat: five seconds later all is as before.",
  world: { people: 20_000 },
  dailyUsers: 600_000,
  load: { kind: "sessions", via: "rest" },
  warmUpSeconds: 15,
  seconds: 60,
  faults: [{ kind: "pause", atSecond: 25, label: "post", seconds: 3 }],
  thresholds: ["recovered_goodput > 95", "recovered_p99 < 150", "failed(gateway.page) <= 10%"],
});

import { scenario } from "../../define.ts";

/** Pages through the gateway, whose posts come from three processes. On CQL: nowhere else have they the same posts. */
export const slowReplica = scenario({
  name: "slow-replica",
  about:
    "One of three post services gets a tenth of the time for 30 s (--engine cql): pages take as long as before.",
  world: { people: 20_000 },
  dailyUsers: 40_000,
  copies: 3,
  load: { kind: "sessions", via: "rest" },
  warmUpSeconds: 20,
  seconds: 60,
  faults: [{ kind: "slow", atSecond: 30, label: "post-1", seconds: 30, times: 10 }],
  thresholds: ["strained_p99 < 120", "strained_goodput > 95", "failed(gateway.page) <= 0.1%"],
});

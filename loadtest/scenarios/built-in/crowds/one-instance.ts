import { scenario } from "../../define.ts";

/**
 * The instance is the toolkit's own, which asks the timelines at the gateway's priority and holds nothing back. With
 * TLS its certificate says that all its connections are one instance (`--env TIDINGS_TLS=1 --connections 8`); in
 * plaintext each is one.
 */
export const oneInstance = scenario({
  name: "one-instance",
  about:
    "One instance of a service asks the timeline process for twice as many pages as it can give: all who come through the gateway get theirs, and it gets some of its own.",
  world: { people: 20_000 },
  dailyUsers: 100_000,
  load: { kind: "sessions", via: "rest" },
  seconds: 60,
  warmUpSeconds: 15,
  surges: [{ kind: "flood", from: "one instance", atSecond: 20, seconds: 20, perSecond: 600 }],
  faults: [{ kind: "slow", atSecond: 0, label: "timeline", seconds: 60, times: 6 }],
  thresholds: [
    "failed(gateway.page) <= 1%",
    "failed(gateway.post) <= 1%",
    "failed(flood.page) > 10%",
  ],
});

import { scenario } from "../../define.ts";

/** As `one-user`, but each request is another user's, so no user's share is met. */
export const oneAddress = scenario({
  name: "one-address",
  about:
    "From one address, in the names of very many users, twice as many pages are asked for as the gateway can give: all others get theirs, and it gets some of its own.",
  world: { people: 20_000 },
  dailyUsers: 100_000,
  load: { kind: "sessions", via: "rest" },
  seconds: 60,
  warmUpSeconds: 15,
  surges: [{ kind: "flood", from: "one address", atSecond: 20, seconds: 20, perSecond: 300 }],
  faults: [{ kind: "slow", atSecond: 0, label: "gateway", seconds: 60, times: 6 }],
  thresholds: [
    "failed(gateway.page) <= 1%",
    "failed(gateway.post) <= 1%",
    "failed(flood.page) > 10%",
  ],
});

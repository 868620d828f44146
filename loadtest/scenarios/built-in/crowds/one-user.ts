import { scenario } from "../../define.ts";

/** Through the gateway, which gets a sixth of the time: else a generator beside it could not fill it for one user. */
export const oneUser = scenario({
  name: "one-user",
  about:
    "One user asks for three times as many pages as the gateway can give: all others get theirs as before.",
  world: { people: 20_000 },
  dailyUsers: 100_000,
  load: { kind: "sessions", via: "rest" },
  seconds: 60,
  warmUpSeconds: 15,
  surges: [{ kind: "hot viewer", atSecond: 20, seconds: 20, perSecond: 600 }],
  faults: [{ kind: "slow", atSecond: 0, label: "gateway", seconds: 60, times: 6 }],
  thresholds: [
    "strained_goodput > 90",
    "failed(gateway.page) <= 1%",
    "failed(hot.page) > 10%",
    "recovered_goodput > 90",
  ],
});

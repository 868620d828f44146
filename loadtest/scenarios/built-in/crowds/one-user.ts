import { scenario } from "../../define.ts";

/** Through the gateway, which gets a sixth of the time: else a generator beside it could not fill it for one user. */
export const oneUser = scenario({
  name: "one-user",
  about:
    "One user asks for twice as many pages as the gateway can give: all others get theirs, and it gets some of its own.",
  world: { people: 20_000 },
  dailyUsers: 100_000,
  load: { kind: "sessions", via: "rest" },
  seconds: 60,
  warmUpSeconds: 15,
  surges: [{ kind: "hot viewer", atSecond: 20, seconds: 20, perSecond: 300 }],
  faults: [{ kind: "slow", atSecond: 0, label: "gateway", seconds: 60, times: 6 }],
  thresholds: [
    "failed(gateway.page) <= 1%",
    "failed(gateway.post) <= 1%",
    "failed(hot.page) > 10%",
  ],
});

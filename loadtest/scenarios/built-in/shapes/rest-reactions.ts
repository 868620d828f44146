import { CORRECT, FRESH, scenario } from "../../define.ts";

export const restReactions = scenario({
  name: "rest-reactions",
  about: "The load of `reactions` through the gateway, as apps make it.",
  load: { kind: "sessions", via: "rest", reactions: true },
  thresholds: [
    "p99(gateway.page) < 100ms",
    "p99(gateway.post) < 100ms",
    "p99(gateway.like) < 100ms",
    "p99(gateway.comment) < 100ms",
    "p99(lag) < 1s",
    "failed(gateway.page) <= 0.1%",
    "failed(gateway.post) <= 0.1%",
    "failed(gateway.like) <= 0.1%",
    "failed(gateway.comment) <= 0.1%",
    ...CORRECT,
    ...FRESH,
  ],
});

import { CORRECT, FRESH, scenario } from "../../define.ts";

export const rest = scenario({
  name: "rest",
  about: "The load of `steady` through the gateway: JSON, and a signed token of each person.",
  load: { kind: "sessions", via: "rest" },
  thresholds: [
    "p99(gateway.page) < 100ms",
    "p99(gateway.post) < 100ms",
    "p99(lag) < 1s",
    "failed(gateway.page) <= 0.1%",
    "failed(gateway.post) <= 0.1%",
    ...CORRECT,
    ...FRESH,
  ],
});

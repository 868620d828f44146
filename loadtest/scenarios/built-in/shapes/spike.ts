import { ANSWERED, CORRECT, scenario } from "../../define.ts";

export const spike = scenario({
  name: "spike",
  about: "For 15 seconds five times as many people come as before and after.",
  pace: { shape: "spike", factor: 5, atSecond: 30, seconds: 15 },
  seconds: 90,
  thresholds: ["p99(lag) < 5s", ...ANSWERED, ...CORRECT],
});

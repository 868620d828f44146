import { CORRECT, scenario } from "../../define.ts";

/** `--daily-users`: what `load capacity` found on this machine. */
export const overload = scenario({
  name: "overload",
  about:
    "For 30 s three times as many people come as --daily-users says, best the capacity: as many are served as before, in good time.",
  pace: { shape: "spike", factor: 3, atSecond: 30, seconds: 30 },
  seconds: 90,
  thresholds: ["p99(timeline.get) < 1s", "failed(timeline.get) <= 60%", ...CORRECT],
});

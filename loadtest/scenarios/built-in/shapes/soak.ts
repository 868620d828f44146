import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const soak = scenario({
  name: "soak",
  about: "Half an hour of steady load: no process's memory may keep growing.",
  seconds: 1_800,
  thresholds: [...TIMES, ...ANSWERED, ...CORRECT, ...FRESH, "memory_slope_kib_per_min < 2048"],
});

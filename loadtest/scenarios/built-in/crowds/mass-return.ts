import { ANSWERED, CORRECT, FRESH, scenario, TIMES } from "../../define.ts";

export const massReturn = scenario({
  name: "mass-return",
  about:
    "As after an outage of weeks: 2,000 people whose timelines have lapsed come back within 10 s.",
  surges: [{ kind: "mass return", atSecond: 20, people: 2_000, overSeconds: 10 }],
  thresholds: [...TIMES, "p99(return.page) < 1s", ...ANSWERED, ...CORRECT, ...FRESH],
});

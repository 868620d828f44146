import { ANSWERED, CORRECT, scenario } from "../../define.ts";

export const slowDisk = scenario({
  name: "slow-disk",
  about:
    "For 20 s each sync of the timelines' log takes 100 ms more: entries come later, and all come.",
  seconds: 90,
  faults: [{ kind: "slow disk", atSecond: 30, label: "timeline", seconds: 20, extraMs: 100 }],
  thresholds: [
    "p99(timeline.get) < 50ms",
    "p99(post.create) < 50ms",
    "p99(lag) < 5s",
    ...ANSWERED,
    ...CORRECT,
  ],
});

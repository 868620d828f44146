import { CORRECT, scenario } from "../../define.ts";

/** `--daily-users`: 80% of what `load capacity` found on this machine. */
export const killOne = scenario({
  name: "kill-one",
  about:
    "The timeline process is killed, at 80% of the capacity when --daily-users says so: posts are still taken, and none is lost.",
  seconds: 90,
  faults: [{ kind: "kill", atSecond: 30, label: "timeline", backAfterSeconds: 3 }],
  thresholds: ["failed(post.create) <= 0.1%", "failed(timeline.get) <= 15%", ...CORRECT],
});

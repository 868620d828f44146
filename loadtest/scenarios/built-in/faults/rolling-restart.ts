import { CORRECT, scenario } from "../../define.ts";

export const rollingRestart = scenario({
  name: "rolling-restart",
  about:
    "Every service is restarted in turn, as for a new version: nothing that was taken is lost.",
  seconds: 120,
  faults: [
    { kind: "restart", atSecond: 15, label: "ranking" },
    { kind: "restart", atSecond: 30, label: "friend" },
    { kind: "restart", atSecond: 45, label: "fanout" },
    { kind: "restart", atSecond: 60, label: "timeline" },
    { kind: "restart", atSecond: 75, label: "post" },
    { kind: "restart", atSecond: 90, label: "gateway" },
  ],
  thresholds: ["failed(post.create) <= 10%", "failed(timeline.get) <= 10%", ...CORRECT],
});

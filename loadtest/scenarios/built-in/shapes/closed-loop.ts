import { scenario } from "../../define.ts";

export const closedLoop = scenario({
  name: "closed-loop",
  about:
    "64 callers, each asking again when it was answered: what a page costs. No latency is judged.",
  load: {
    kind: "closed",
    callers: 64,
    calls: [
      {
        method: "tidings.timeline.v1.TimelineService/GetTimeline",
        weight: 1,
        message: { viewer_id: "{person}", limit: 20 },
      },
    ],
  },
  thresholds: ["failures == 0"],
});

import { scenario } from "../../define.ts";

/**
 * The timeline process gets a sixth of the time, so that a generator beside it can ask three times what it does; what
 * it does at its best it shows in the steps before the last, some of which ask for more than that on any machine.
 */
export const flood = scenario({
  name: "flood",
  about:
    "Three times as many pages are asked for as a timeline process can give: it gives more than 90% of what it does at its peak, each in less than twice the time.",
  world: { people: 20_000 },
  load: {
    kind: "mix",
    throttled: true,
    perSecond: 1_000,
    calls: [
      {
        method: "tidings.timeline.v1.TimelineService/GetTimeline",
        weight: 1,
        message: { viewer_id: "{person}", limit: 20 },
        timeoutMs: 2_000,
      },
    ],
  },
  pace: { shape: "steps", factors: [1, 1.4, 2, 2.8, 4, 7.5] },
  seconds: 90,
  faults: [{ kind: "slow", atSecond: 0, label: "timeline", seconds: 90, times: 6 }],
  thresholds: ["strained_asked > 300", "strained_goodput > 90", "strained_p99 < 200"],
});

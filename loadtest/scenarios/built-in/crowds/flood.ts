import { scenario } from "../../define.ts";

const SECONDS = 252;

/**
 * The timeline process gets a sixth of a core, so that a generator beside it can ask three times what it does; what
 * it does at its best it shows in the other stretches, some of which ask for more than that on any machine. But for the
 * first each has two or three major collections (one in 24 to 40 s): it stands still for a second and more in each here,
 * whatever is asked for, and two seconds' answers are lost; in a minute that is 3%.
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
  pace: {
    shape: "steps",
    factors: [1, ...[2, 4, 5.5, 7.5].flatMap((factor) => Array<number>(5).fill(factor))],
  },
  seconds: SECONDS,
  faults: [{ kind: "slow", atSecond: 0, label: "timeline", seconds: SECONDS, times: 6 }],
  thresholds: ["strained_asked > 300", "strained_goodput > 90", "strained_p99 < 200"],
});

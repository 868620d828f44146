import type { CallScenario } from "../spec/call-scenario.ts";
import { calls } from "../spec/define.ts";

/**
 * The shape of Meta's FeedSim (DCPerf): a request aggregates a person's feed and ranks it; what counts is how
 * many a second are answered while p95 stays below 500 ms. `load capacity feedsim` searches that.
 */
export const feedsim: CallScenario = calls({
  name: "feedsim",
  about: "FeedSim's shape on the timeline service: pages aggregated and ranked, p95 within 500 ms.",
  target: { addresses: ["localhost:50053"], protocol: "grpc" },
  perSecond: 200,
  flows: [
    {
      steps: [
        {
          name: "feed",
          method: "tidings.timeline.v1.TimelineService/GetTimeline",
          data: {
            viewer_id: "{{random 1 100000}}",
            limit: 20,
            order: "TIMELINE_ORDER_RANKED",
          },
        },
      ],
    },
  ],
  thresholds: ["p95(feed) < 500ms", "failed(feed) <= 0.1%"],
});

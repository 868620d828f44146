import { scenario } from "../../define.ts";

/** To be copied: any unary method of the mesh, in any proportions. */
export const mix = scenario({
  name: "mix",
  about:
    "A mix by hand: pages, friendships and counts of random active people, 400 calls a second.",
  load: {
    kind: "mix",
    perSecond: 400,
    calls: [
      {
        method: "tidings.timeline.v1.TimelineService/GetTimeline",
        weight: 6,
        message: { viewer_id: "{person}", limit: 20 },
      },
      {
        method: "tidings.friend.v1.FriendService/BatchCheckFriends",
        weight: 3,
        message: { user_id: "{person}", other_ids: ["{friend}"] },
      },
      {
        method: "tidings.friend.v1.FriendService/CountFriends",
        weight: 1,
        message: { user_ids: ["{person}", "{friend}"] },
      },
    ],
  },
  thresholds: [
    "p99(timeline.GetTimeline) < 50ms",
    "p99(friend.BatchCheckFriends) < 50ms",
    "failures == 0",
  ],
});

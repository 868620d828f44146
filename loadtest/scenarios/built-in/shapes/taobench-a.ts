import { scenario } from "../../define.ts";

const OBJECT = { text: "An object of 150 bytes, as it is filled with there.".padEnd(150, ".") };
const TEN_POSTS = Array.from({ length: 10 }, () => "{post}");

/**
 * The mix of TAOBench's workload A (Cheng et al., VLDB 2022; its src/workload_a.json): of 244 operations 171
 * reads, 57 writes, 15 read and 1 write transactions, each divided as there. docs/load/running.md says what
 * stands for what, and what nothing can stand for.
 */
export const taobenchA = scenario({
  name: "taobench-a",
  about:
    "The operation mix of Meta's TAOBench, workload A, on posts, friendships, likes and comments: 200 calls a second.",
  load: {
    kind: "mix",
    perSecond: 200,
    calls: [
      // 171 reads: objects 475, edges by point 68, by range 376, counts 39; of 958.
      {
        method: "tidings.post.v1.PostService/BatchGetPosts",
        weight: (171 * 475) / 958,
        message: { post_ids: ["{post}"] },
      },
      {
        method: "tidings.friend.v1.FriendService/BatchCheckFriends",
        weight: (171 * 68) / 958,
        message: { user_id: "{person}", other_ids: ["{friend}"] },
      },
      {
        method: "tidings.friend.v1.FriendService/BatchListFriends",
        weight: (171 * 188) / 958,
        message: { user_ids: ["{person}"] },
      },
      {
        method: "tidings.engagement.v1.EngagementService/ListLikes",
        weight: (171 * 188) / 958,
        message: { viewer_id: "{person}", post_id: "{post}", limit: 50 },
      },
      {
        method: "tidings.friend.v1.FriendService/CountFriends",
        weight: (171 * 39) / 958,
        message: { user_ids: ["{person}"] },
      },
      // 57 writes: objects added 111, updated 214, edges added 10, updated 380; of 715.
      {
        method: "tidings.post.v1.PostService/CreatePost",
        weight: (57 * 111) / 715,
        message: { author_id: "{person}", ...OBJECT },
      },
      {
        method: "tidings.engagement.v1.EngagementService/CreateComment",
        weight: (57 * 214) / 715,
        message: { author_id: "{person}", post_id: "{post}", ...OBJECT },
      },
      {
        method: "tidings.engagement.v1.EngagementService/LikePost",
        weight: (57 * 390) / 715,
        message: { user_id: "{person}", post_id: "{post}" },
      },
      // 15 read transactions, of 10 objects and edges here; there the half of them has 4 and fewer, some 500.
      {
        method: "tidings.engagement.v1.EngagementService/BatchGetReactions",
        weight: 15,
        message: { viewer_id: "{person}", post_ids: TEN_POSTS, newest_comments: 2 },
      },
      // 1 write transaction: a comment's row, its author's, the counts and the event.
      {
        method: "tidings.engagement.v1.EngagementService/CreateComment",
        weight: 1,
        message: { author_id: "{person}", post_id: "{post}", ...OBJECT },
      },
    ],
  },
  thresholds: [
    "p99(post.BatchGetPosts) < 50ms",
    "p99(post.CreatePost) < 50ms",
    "p99(engagement.LikePost) < 50ms",
    "p99(engagement.BatchGetReactions) < 50ms",
    "failures == 0",
  ],
});

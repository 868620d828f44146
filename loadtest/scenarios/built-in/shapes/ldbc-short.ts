import { scenario } from "../../define.ts";

const TEXT = "A message of 120 characters, about what LDBC's generator writes on average.".padEnd(
  120,
  ".",
);
/** Assumed: that driver plays short reads beside its long ones, which nothing here answers. */
const READS = 80;
const INSERTS = 20;
/** Rows of its generator at scale factor 1, thousands: posts, comments, and likes of both. */
const POSTS = 1_004;
const COMMENTS = 2_052;
const LIKES = 752 + 1_438;
const ALL = POSTS + COMMENTS + LIKES;
/** Of the seven short reads five have an answer here; each is asked for as often. */
const EACH_READ = READS / 5;

/**
 * LDBC's Social Network Benchmark, Interactive: its short reads and inserts, as far as they fit.
 * docs/load/running.md says what stands for what.
 */
export const ldbcShort = scenario({
  name: "ldbc-short",
  about:
    "LDBC Interactive's short reads and inserts on posts, friends, likes and comments: 300 calls a second.",
  load: {
    kind: "mix",
    perSecond: 300,
    calls: [
      // IS2: the last ten messages of a person.
      {
        method: "tidings.post.v1.PostService/ListAuthorPosts",
        weight: EACH_READ,
        message: { author_ids: ["{person}"], limit: 10 },
      },
      // IS3: their friends.
      {
        method: "tidings.friend.v1.FriendService/BatchListFriends",
        weight: EACH_READ,
        message: { user_ids: ["{person}"] },
      },
      // IS4 and IS5: what a message says, and who wrote it.
      {
        method: "tidings.post.v1.PostService/BatchGetPosts",
        weight: 2 * EACH_READ,
        message: { post_ids: ["{post}"] },
      },
      // IS7: the replies to it, and whether their author knows the message's.
      {
        method: "tidings.engagement.v1.EngagementService/ListComments",
        weight: EACH_READ / 2,
        message: { viewer_id: "{person}", post_id: "{post}", limit: 20 },
      },
      {
        method: "tidings.friend.v1.FriendService/BatchCheckFriends",
        weight: EACH_READ / 2,
        message: { user_id: "{person}", other_ids: ["{friend}"] },
      },
      // IU6, IU7, IU2 and IU3: a post, a comment, a like.
      {
        method: "tidings.post.v1.PostService/CreatePost",
        weight: (INSERTS * POSTS) / ALL,
        message: { author_id: "{person}", text: TEXT },
      },
      {
        method: "tidings.engagement.v1.EngagementService/CreateComment",
        weight: (INSERTS * COMMENTS) / ALL,
        message: { author_id: "{person}", post_id: "{post}", text: TEXT },
      },
      {
        method: "tidings.engagement.v1.EngagementService/LikePost",
        weight: (INSERTS * LIKES) / ALL,
        message: { user_id: "{person}", post_id: "{post}" },
      },
    ],
  },
  thresholds: [
    "p99(post.ListAuthorPosts) < 50ms",
    "p99(friend.BatchListFriends) < 50ms",
    "p99(post.BatchGetPosts) < 50ms",
    "p99(engagement.ListComments) < 50ms",
    "p99(post.CreatePost) < 50ms",
    "failures == 0",
  ],
});

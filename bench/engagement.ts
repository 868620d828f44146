import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import type { Client } from "../services/platform/grpc/call.ts";
import { connect, createClient } from "../services/platform/grpc/client/client.ts";
import { createLogger } from "../services/platform/telemetry/logger.ts";
import { startBenchMesh } from "./support/bench-mesh.ts";
import { inFlight } from "./support/in-flight.ts";
import { type Benchmark, type Row, short } from "./support/table.ts";

const AUTHOR = 1n;
const LIKERS = 5_000;
const LIKERS_AT_ONCE = 100;
const ROUNDS = 3;
const PAGE_POSTS = 20;
const PAGES = 2_000;

interface Clients {
  readonly posts: Client<typeof PostServiceService>;
  readonly engagement: Client<typeof EngagementServiceService>;
}

/** What it costs that all like the same post: the same likes, of one post and of many. */
export const engagement: Benchmark = {
  name: "engagement",
  about: "Likes of one hot post against likes of many posts, embedded, durable; pages of reactions",
  async run() {
    const mesh = await startBenchMesh(["post", "friend", "engagement"]);
    const options = { log: createLogger("bench", "warn"), defaultDeadlineMs: 60_000 };
    const open = (name: "post" | "friend" | "engagement") => connect(mesh.address(name), options);
    const channels = { post: open("post"), friend: open("friend"), own: open("engagement") };
    const friends = createClient(FriendServiceService, channels.friend);
    const clients: Clients = {
      posts: createClient(PostServiceService, channels.post),
      engagement: createClient(EngagementServiceService, channels.own),
    };
    try {
      const likers = Array.from({ length: LIKERS }, (_, i) => AUTHOR + 1n + BigInt(i));
      await inFlight(
        likers.map((friendId) => () => friends.addFriend({ userId: AUTHOR, friendId })),
      );
      return await measure(clients, likers);
    } finally {
      for (const channel of Object.values(channels)) channel.close();
      await mesh.stop();
    }
  },
};

async function measure({ posts, engagement }: Clients, likers: readonly bigint[]): Promise<Row[]> {
  const draft = CreatePostRequest.fromPartial({ authorId: AUTHOR, text: "one of many" });
  const newPosts = async (count: number) => {
    const made: bigint[] = [];
    const tasks = Array.from({ length: count }, () => async () => {
      made.push((await posts.createPost(draft)).postId);
    });
    await inFlight(tasks);
    return made;
  };
  const rate = async (tasks: readonly (() => Promise<unknown>)[]) => {
    const startedMs = performance.now();
    await inFlight(tasks, LIKERS_AT_ONCE);
    return (1_000 * tasks.length) / (performance.now() - startedMs);
  };
  const likes = (ofWhich: readonly bigint[]) =>
    likers.map(
      (userId, i) => () => engagement.likePost({ userId, postId: ofWhich[i % ofWhich.length] }),
    );
  const rounds: { hot: number; spread: number; pages: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const spread = await rate(likes(await newPosts(LIKERS)));
    const hotPosts = await newPosts(PAGE_POSTS);
    const hot = await rate(likes(hotPosts.slice(0, 1)));
    const asked = { viewerId: AUTHOR, postIds: hotPosts, newestComments: 2 };
    const pages = await rate(
      Array.from({ length: PAGES }, () => () => engagement.batchGetReactions(asked)),
    );
    rounds.push({ hot, spread, pages });
  }
  const median = rounds.sort((a, b) => a.hot / a.spread - b.hot / b.spread)[ROUNDS >> 1];
  const row = (what: string, perSecond: number, ratio: string, aim: string) => ({
    ...{ what, measured: `${short(perSecond)}/s`, ratio, aim },
  });
  const { hot, spread, pages } = median;
  return [
    row(`LikePost, 100 at once, each of another post`, spread, "1.00x", "-"),
    row(`LikePost, 100 at once, all of one post`, hot, `${(hot / spread).toFixed(2)}x`, "near 1"),
    row(`BatchGetReactions, ${PAGE_POSTS} posts`, pages, `${(pages / spread).toFixed(2)}x`, "-"),
  ];
}

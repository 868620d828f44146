import type { PostReactions } from "#gen/engagement/v1/engagement.ts";
import { type PostId, trustedUserId } from "../../model/ids.ts";
import { inParallel } from "../../platform/concurrency/in-parallel.ts";
import type { Comment, ReactionStore } from "../ports.ts";
import { commentMessage } from "./comment-message.ts";

export interface Asked {
  /** 0n: nobody. */
  readonly viewer: bigint;
  readonly newestComments: number;
}

const READS_AT_ONCE = 32;

/** What is shown with each of these posts, in their order. */
export async function shownReactions(
  store: Pick<ReactionStore, "counts" | "liked" | "comments">,
  posts: readonly PostId[],
  { viewer, newestComments }: Asked,
): Promise<PostReactions[]> {
  const counts = await store.counts(posts);
  const liked = viewer === 0n ? [] : await store.liked(trustedUserId(viewer), posts);
  const newest = new Map<PostId, readonly Comment[]>();
  if (newestComments > 0) {
    const commented = posts.filter((_, i) => counts[i].comments > 0);
    await inParallel(READS_AT_ONCE, commented, async (post) => {
      newest.set(post, await store.comments(post, 0n, newestComments));
    });
  }
  return posts.map((postId, i) => ({
    postId,
    likeCount: BigInt(counts[i].likes),
    commentCount: BigInt(counts[i].comments),
    likedByViewer: liked[i] ?? false,
    newestComments: (newest.get(postId) ?? []).map(commentMessage),
  }));
}

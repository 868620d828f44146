import type { PostReactions } from "#gen/engagement/v1/engagement.ts";
import { type PostId, trustedUserId } from "../../model/ids.ts";
import { inParallel } from "../../platform/concurrency/in-parallel.ts";
import type { Comment, PostViewing, ReactionStore } from "../ports.ts";
import { commentMessage } from "./comment-message.ts";
import { withoutHidden } from "./without-hidden.ts";

export interface Asked {
  /** 0n: nobody. */
  readonly viewer: bigint;
  readonly newestComments: number;
}

export interface ShownFrom {
  readonly store: Pick<ReactionStore, "counts" | "liked" | "comments">;
  readonly viewing: Pick<PostViewing, "hiddenFrom">;
}

const READS_AT_ONCE = 32;

/** What is shown with each of these posts, in their order. */
export async function shownReactions(
  { store, viewing }: ShownFrom,
  posts: readonly PostId[],
  { viewer, newestComments }: Asked,
): Promise<PostReactions[]> {
  const counts = await store.counts(posts);
  const liked = viewer === 0n ? [] : await store.liked(trustedUserId(viewer), posts);
  const newest: Comment[] = [];
  if (newestComments > 0) {
    const commented = posts.filter((_, i) => counts[i].comments > 0);
    await inParallel(READS_AT_ONCE, commented, async (post) => {
      newest.push(...(await store.comments(post, 0n, newestComments)));
    });
  }
  const shown = await withoutHidden(viewing, viewer, newest, ({ authorId }) => authorId);
  const byPost = Map.groupBy(shown, ({ postId }) => postId);
  return posts.map((postId, i) => ({
    postId,
    likeCount: BigInt(counts[i].likes),
    commentCount: BigInt(counts[i].comments),
    likedByViewer: liked[i] ?? false,
    newestComments: (byPost.get(postId) ?? []).map(commentMessage),
  }));
}

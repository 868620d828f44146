import { expect } from "vitest";
import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { Client } from "../../platform/grpc/call.ts";

/** Calls as tests make them; `engagement` is the client of the moment. */
export function reactionCalls(engagement: () => Client<typeof EngagementServiceService>) {
  const like = (userId: bigint, postId: bigint) => engagement().likePost({ userId, postId });
  const unlike = (userId: bigint, postId: bigint) => engagement().unlikePost({ userId, postId });
  const comment = (authorId: bigint, postId: bigint, text: string, more = {}) =>
    engagement()
      .createComment({ authorId, postId, parentId: 0n, text, requestId: "", ...more })
      .then((answer) => answer.comment ?? expect.unreachable());
  const shown = async (postId: bigint, viewerId = 1n, newestComments = 2) => {
    const asked = { viewerId, postIds: [postId], newestComments };
    return (await engagement().batchGetReactions(asked)).reactions[0];
  };
  const likers = async (postId: bigint, limit: number) => {
    const all: bigint[] = [];
    for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
      const page = await engagement().listLikes({ viewerId: 1n, postId, limit, pageToken });
      all.push(...page.userIds);
      pageToken = page.nextPageToken;
    }
    return all;
  };
  const texts = async (postId: bigint, limit: number, parentId = 0n) => {
    const all: string[] = [];
    for (let pageToken = "", isFirst = true; isFirst || pageToken !== ""; isFirst = false) {
      const asked = { viewerId: 1n, postId, parentId, limit, pageToken };
      const page = await engagement().listComments(asked);
      all.push(...page.comments.map(({ text }) => text));
      pageToken = page.nextPageToken;
    }
    return all;
  };
  return { like, unlike, comment, shown, likers, texts };
}

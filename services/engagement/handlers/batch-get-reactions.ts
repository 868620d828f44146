import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { MAX_BATCH_GET_POSTS, MAX_NEWEST_COMMENTS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { type Asked, type ShownFrom, shownReactions } from "../domain/shown-reactions.ts";
import { idOrNone, postIds } from "./arguments.ts";

/** What to show with each of many posts. */
export function batchGetReactions(
  from: ShownFrom,
): Handler<(typeof EngagementServiceService)["batchGetReactions"]> {
  return async (request) => {
    const posts = postIds("post_ids", request.postIds, MAX_BATCH_GET_POSTS);
    if (posts.length === 0) throw invalidArgument("post_ids", "is empty", "name a post");
    return { reactions: await shownReactions(from, posts, askedOf(request)) };
  };
}

/** Whose view, and how many comments with each post. */
export function askedOf(request: {
  readonly viewerId: bigint;
  readonly newestComments: number;
}): Asked {
  const { newestComments } = request;
  if (newestComments < 0 || newestComments > MAX_NEWEST_COMMENTS) {
    throw invalidArgument(
      "newest_comments",
      `is ${newestComments}`,
      `send 0 to ${MAX_NEWEST_COMMENTS}`,
    );
  }
  return { viewer: idOrNone("viewer_id", request.viewerId), newestComments };
}

import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { Reactors } from "../domain/reactors.ts";
import { commentId, postId, userId } from "./arguments.ts";

/** Deletes a comment for its author, or the post's. */
export function deleteComment(
  reactors: Pick<Reactors, "deleteComment">,
): Handler<(typeof EngagementServiceService)["deleteComment"]> {
  return async (request, call) => {
    const user = userId("user_id", request.userId);
    const post = postId("post_id", request.postId);
    const comment = commentId("comment_id", request.commentId);
    await reactors.deleteComment(user, post, comment, call.requestId);
    return {};
  };
}

import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Reactions } from "../../ports.ts";
import { problem } from "../../schemas/answers.ts";
import { CommentParams } from "../../schemas/reaction.ts";

const schema = {
  operationId: "deleteComment",
  summary: "Delete a comment of one's own, or on one's own post",
  description: "Replies to it stay. Deleting it again does no harm.",
  tags: ["reactions"],
  params: CommentParams,
  response: { 204: { type: "null", description: "The deletion is durable." }, default: problem },
};

export function deleteComment(
  app: App,
  deps: { readonly reactions: Pick<Reactions, "deleteComment">; readonly startCall: StartCall },
): void {
  app.delete("/v1/posts/:post_id/comments/:comment_id", { schema }, async (request, reply) => {
    const asked = {
      userId: request.caller.userId,
      postId: idOf(request.params.post_id, "post_id"),
      commentId: idOf(request.params.comment_id, "comment_id"),
    };
    await deps.reactions.deleteComment(asked, deps.startCall(request));
    return reply.code(204).send();
  });
}

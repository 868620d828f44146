import { MAX_TEXT_BYTES } from "../../../model/limits.ts";
import { callerId, REQUEST_ID } from "../../../platform/grpc/caller-id.ts";
import { internal } from "../../../platform/grpc/errors/errors.ts";
import type { App, StartCall } from "../../http/types.ts";
import { commentJson } from "../../json/reaction.ts";
import { idOf, textWithin } from "../../json/user-input.ts";
import type { Reactions } from "../../ports.ts";
import { problem } from "../../schemas/answers.ts";
import { Comment, NewComment, PostParams } from "../../schemas/reaction.ts";

const schema = {
  operationId: "createComment",
  summary: "Comment on a post, or reply to a comment",
  tags: ["reactions"],
  params: PostParams,
  body: NewComment,
  response: { 201: { ...Comment, description: "The comment is durable." }, default: problem },
};

export function createComment(
  app: App,
  deps: { readonly reactions: Pick<Reactions, "createComment">; readonly startCall: StartCall },
): void {
  app.post("/v1/posts/:post_id/comments", { schema }, async (request, reply) => {
    const { body } = request;
    const requestId = callerId("request_id", body.request_id ?? "", REQUEST_ID);
    const draft = {
      authorId: request.caller.userId,
      postId: idOf(request.params.post_id, "post_id"),
      parentId: body.parent_id === undefined ? 0n : idOf(body.parent_id, "parent_id"),
      text: textWithin(body.text, MAX_TEXT_BYTES, "text"),
      requestId,
    };
    // Without a name it would be another comment each time.
    const call = { ...deps.startCall(request), idempotent: requestId !== "" };
    const { comment } = await deps.reactions.createComment(draft, call);
    if (comment === undefined) throw internal("the engagement service named no comment");
    reply.code(201);
    return commentJson(comment);
  });
}

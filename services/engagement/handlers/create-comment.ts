import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { MAX_TEXT_BYTES } from "../../model/limits.ts";
import { unreadableText } from "../../model/texts/readable-text.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { callerId, REQUEST_ID } from "../../platform/grpc/caller-id.ts";
import { alreadyExists, invalidArgument, refuseField } from "../../platform/grpc/errors/errors.ts";
import { commentMessage } from "../domain/comment-message.ts";
import type { Reactors } from "../domain/reactors.ts";
import { idOrNone, postId, userId } from "./arguments.ts";

/** Stores a comment and answers once it is durable. */
export function createComment(
  reactors: Pick<Reactors, "comment">,
): Handler<(typeof EngagementServiceService)["createComment"]> {
  return async (request, call) => {
    const draft = {
      authorId: userId("author_id", request.authorId),
      postId: postId("post_id", request.postId),
      parentId: idOrNone("parent_id", request.parentId),
      text: textOf("text", request.text, MAX_TEXT_BYTES),
      requestId: callerId("request_id", request.requestId, REQUEST_ID),
    };
    if (draft.text === "") throw invalidArgument("text", "is empty", "say something");
    refuseField("text", unreadableText(draft.text));
    const outcome = await reactors.comment(draft, call.requestId);
    if (outcome.kind === "conflict") {
      throw alreadyExists(`request_id "${draft.requestId}" was used with another comment`);
    }
    return { comment: commentMessage(outcome.comment) };
  };
}

function textOf(field: string, value: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(value);
  if (bytes <= maxBytes) return value;
  throw invalidArgument(field, `is ${bytes} bytes, at most ${maxBytes}`, "shorten it");
}

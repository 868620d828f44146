import type { Comment as CommentMessage } from "#gen/engagement/v1/engagement.ts";
import { postTimeMs } from "../../model/ids.ts";
import type { Comment } from "../ports.ts";

/** A comment as the proto has it; its time is in its id. */
export function commentMessage(comment: Comment): CommentMessage {
  const { commentId, postId, authorId, parentId, text } = comment;
  const createTimeMs = BigInt(postTimeMs(commentId));
  return { commentId, postId, authorId, parentId, text, createTimeMs };
}

import type { PostReactions, Comment as StoredComment } from "#gen/engagement/v1/engagement.ts";
import type { Comment, Reactions } from "../schemas/reaction.ts";

/** A comment as JSON. */
export function commentJson(comment: StoredComment): Comment {
  const { commentId, authorId, parentId, createTimeMs, text } = comment;
  return {
    comment_id: String(commentId),
    author_id: String(authorId),
    ...(parentId !== 0n && { parent_id: String(parentId) }),
    create_time: new Date(Number(createTimeMs)).toISOString(),
    text,
  };
}

/** What is shown with a post. */
export function reactionsJson(reactions: PostReactions): Reactions {
  return {
    like_count: Number(reactions.likeCount),
    comment_count: Number(reactions.commentCount),
    liked: reactions.likedByViewer,
    newest_comments: reactions.newestComments.map(commentJson),
  };
}

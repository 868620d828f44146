import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { DEFAULT_COMMENTS_PAGE, MAX_REACTIONS_PAGE } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { ID_CURSOR, pageTokens } from "../../platform/grpc/page-tokens.ts";
import { commentMessage } from "../domain/comment-message.ts";
import type { Reactors } from "../domain/reactors.ts";
import { withoutHidden } from "../domain/without-hidden.ts";
import type { PostViewing, ReactionStore } from "../ports.ts";
import { idOrNone, limit, postId, userId } from "./arguments.ts";

/** Comments looked at for one page of replies. */
const MAX_SCANNED = 1_000;

/** The comments on a post, or the replies to one of them, for whoever may see the post. */
export function listComments(
  reactors: Pick<Reactors, "maySee">,
  store: Pick<ReactionStore, "comments">,
  viewing: Pick<PostViewing, "hiddenFrom">,
): Handler<(typeof EngagementServiceService)["listComments"]> {
  return async (request) => {
    const viewer = userId("viewer_id", request.viewerId);
    const post = postId("post_id", request.postId);
    const parent = idOrNone("parent_id", request.parentId);
    const count = limit("limit", request.limit, DEFAULT_COMMENTS_PAGE, MAX_REACTIONS_PAGE);
    const tokens = pageTokens(ID_CURSOR, "comments", post, parent);
    const before = BigInt(tokens.cursorOf(request.pageToken));
    await reactors.maySee(viewer, post);
    const scanned = parent === 0n ? count : MAX_SCANNED;
    const found = await store.comments(post, before, scanned);
    const wanted = parent === 0n ? found : found.filter(({ parentId }) => parentId === parent);
    const comments = wanted.slice(0, count);
    const isEnd = found.length < scanned && wanted.length === comments.length;
    // Below what was given, or, when all of it was, below what was looked at.
    const last = wanted.length > comments.length ? comments.at(-1) : found.at(-1);
    const shown = await withoutHidden(viewing, viewer, comments, ({ authorId }) => authorId);
    return {
      comments: shown.map(commentMessage),
      nextPageToken: isEnd || last === undefined ? "" : tokens.tokenOf(String(last.commentId)),
    };
  };
}

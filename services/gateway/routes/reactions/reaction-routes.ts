import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import type { App, StartCall } from "../../http/types.ts";
import type { Reactions } from "../../ports.ts";
import { createComment } from "./create-comment.ts";
import { deleteComment } from "./delete-comment.ts";
import { likePost, unlikePost } from "./like-post.ts";
import { listComments } from "./list-comments.ts";
import { listLikes } from "./list-likes.ts";

/** Likes and comments. */
export function reactionRoutes(
  app: App,
  deps: { readonly reactions: Reactions | undefined; readonly startCall: StartCall },
): void {
  const { startCall } = deps;
  const routes = { reactions: deps.reactions ?? noReactions(), startCall };
  likePost(app, routes);
  unlikePost(app, routes);
  listLikes(app, routes);
  createComment(app, routes);
  listComments(app, routes);
  deleteComment(app, routes);
}

/** A mesh without the service says so. */
function noReactions(): Reactions {
  const refuse = () => {
    throw unavailable("this mesh has no reactions: TIDINGS_ENGAGEMENT_ADDRESSES names no service");
  };
  return {
    likePost: refuse,
    unlikePost: refuse,
    createComment: refuse,
    deleteComment: refuse,
    listLikes: refuse,
    listComments: refuse,
    batchGetReactions: refuse,
    watchReactions: refuse,
  };
}

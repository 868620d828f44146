import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import type { ReactionHub } from "./domain/reaction-hub.ts";
import type { Reactors } from "./domain/reactors.ts";
import { batchGetReactions } from "./handlers/batch-get-reactions.ts";
import { createComment } from "./handlers/create-comment.ts";
import { deleteComment } from "./handlers/delete-comment.ts";
import { eraseReactions, listReactionsToErase, setPersonState } from "./handlers/erase.ts";
import { listComments } from "./handlers/list-comments.ts";
import { listLikes } from "./handlers/list-likes.ts";
import { likePost, unlikePost } from "./handlers/react.ts";
import { watchReactions } from "./handlers/watch-reactions.ts";
import type { PostViewing, ReactionEraser, ReactionStore } from "./ports.ts";

interface EngagementServiceDeps {
  readonly store: ReactionStore;
  readonly eraser: ReactionEraser;
  readonly reactors: Reactors;
  readonly viewing: PostViewing;
  readonly hub: ReactionHub;
  readonly clock: Clock;
  /** Ends the streams. */
  readonly closing: AbortSignal;
}

/** tidings.engagement.v1 over a store of reactions. */
export function engagementService(deps: EngagementServiceDeps): Implementation {
  const { store, eraser, reactors, viewing } = deps;
  return implement(EngagementServiceService, {
    likePost: likePost(reactors),
    unlikePost: unlikePost(store),
    createComment: createComment(reactors),
    deleteComment: deleteComment(reactors),
    listLikes: listLikes(reactors, store, viewing),
    listComments: listComments(reactors, store, viewing),
    batchGetReactions: batchGetReactions(deps),
    watchReactions: watchReactions(deps),
    setPersonState: setPersonState(reactors),
    listReactionsToErase: listReactionsToErase(eraser),
    eraseReactions: eraseReactions(eraser),
  });
}

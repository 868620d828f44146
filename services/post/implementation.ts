import type { PersonStates } from "../model/person-states.ts";
import type { NoteStep } from "../model/post-steps.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import { PostDefinition } from "./definition.ts";
import type { AuthorQuotas } from "./domain/author-quotas.ts";
import type { LogWatchers } from "./domain/log-watchers.ts";
import { batchGetPosts } from "./handlers/batch-get-posts.ts";
import { createPost } from "./handlers/create-post.ts";
import { deletePost } from "./handlers/delete-post.ts";
import { erasePosts } from "./handlers/erase-posts.ts";
import { getPostLogHeads } from "./handlers/get-post-log-heads.ts";
import { listAuthorPosts } from "./handlers/list-author-posts.ts";
import { listPostLog } from "./handlers/list-post-log.ts";
import { listPostsToErase } from "./handlers/list-posts-to-erase.ts";
import { setAuthorState } from "./handlers/set-author-state.ts";
import { watchPostLog } from "./handlers/watch-post-log.ts";
import type { PostEraser, PostLog, PostStore } from "./ports.ts";

interface PostServiceDeps {
  readonly store: PostStore;
  readonly postLog: PostLog;
  readonly logWatchers: LogWatchers;
  readonly eraser: PostEraser;
  readonly states: PersonStates;
  readonly quotas: AuthorQuotas;
  readonly clock: Clock;
  readonly noteStep: NoteStep;
}

/** tidings.post.v1 over a store of posts. */
export function postService(deps: PostServiceDeps): Implementation {
  const { store, postLog, eraser, states } = deps;
  return implement(PostDefinition, {
    createPost: createPost(deps),
    batchGetPosts: batchGetPosts(store),
    listAuthorPosts: listAuthorPosts(store),
    deletePost: deletePost(store),
    getPostLogHeads: getPostLogHeads(postLog),
    listPostLog: listPostLog(postLog),
    watchPostLog: watchPostLog(deps.logWatchers),
    setAuthorState: setAuthorState(states),
    listPostsToErase: listPostsToErase(eraser),
    erasePosts: erasePosts(eraser),
  });
}

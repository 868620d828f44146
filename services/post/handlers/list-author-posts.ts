import type { PostServiceService } from "#gen/post/v1/post.ts";
import {
  DEFAULT_LIST_AUTHOR_POSTS,
  MAX_LIST_AUTHOR_POSTS,
  MAX_LIST_AUTHORS,
} from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { PostStore } from "../ports.ts";
import { count, idBound, limit, userId } from "./arguments.ts";

/** The newest posts of many authors in an id range, merged; the read side of pull. */
export function listAuthorPosts(
  store: Pick<PostStore, "listByAuthors">,
): Handler<(typeof PostServiceService)["listAuthorPosts"]> {
  return async (request) => {
    const { authorIds } = request;
    count("author_ids", authorIds.length, MAX_LIST_AUTHORS);
    const authors = new Set(authorIds.map((id, index) => userId(`author_ids[${index}]`, id)));
    const before = idBound("before_post_id", request.beforePostId);
    const { posts, completeFrom } = await store.listByAuthors({
      authors: [...authors],
      since: idBound("since_post_id", request.sincePostId),
      before: before === 0n ? undefined : before,
      limit: limit("limit", request.limit, DEFAULT_LIST_AUTHOR_POSTS, MAX_LIST_AUTHOR_POSTS),
    });
    return { posts: [...posts], completeFromPostId: completeFrom };
  };
}

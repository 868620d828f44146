import type { PostServiceService } from "#gen/post/v1/post.ts";
import { MAX_ID } from "../../model/ids.ts";
import { MAX_ERASE_POSTS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { PostEraser } from "../ports.ts";
import { idBound, limit, userId } from "./arguments.ts";

/** Every post of an author that still has a trace of them, newest first. */
export function listPostsToErase(
  eraser: Pick<PostEraser, "listAll">,
): Handler<(typeof PostServiceService)["listPostsToErase"]> {
  return async (request) => {
    const author = userId("author_id", request.authorId);
    const before = idBound("before_post_id", request.beforePostId);
    const max = limit("limit", request.limit, MAX_ERASE_POSTS, MAX_ERASE_POSTS);
    const posts = await eraser.listAll(author, before === 0n ? MAX_ID : before, max);
    return { postIds: [...posts] };
  };
}

import type { PostServiceService } from "#gen/post/v1/post.ts";
import { MAX_ERASE_POSTS } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { PostEraser } from "../ports.ts";
import { count, postId, userId } from "./arguments.ts";

/** Leaves of an author's posts only ids that say "deleted"; a second time changes nothing. */
export function erasePosts(
  eraser: Pick<PostEraser, "erase">,
): Handler<(typeof PostServiceService)["erasePosts"]> {
  return async (request) => {
    const author = userId("author_id", request.authorId);
    count("post_ids", request.postIds.length, MAX_ERASE_POSTS);
    const posts = request.postIds.map((id, i) => postId(`post_ids[${i}]`, id));
    await eraser.erase(author, posts);
    return {};
  };
}

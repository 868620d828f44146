import type { PostServiceService } from "#gen/post/v1/post.ts";
import { trailOf } from "../../model/traceparent.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { notFound, permissionDenied } from "../../platform/grpc/errors/errors.ts";
import type { PostStore } from "../ports.ts";
import { postId, userId } from "./arguments.ts";

/** Empties a post's text and marks it deleted; a second time changes nothing. */
export function deletePost(
  store: Pick<PostStore, "delete">,
): Handler<(typeof PostServiceService)["deletePost"]> {
  return async (request, call) => {
    const post = postId("post_id", request.postId);
    const author = userId("author_id", request.authorId);
    const outcome = await store.delete(post, author, trailOf(call.requestId, call.traceparent));
    if (outcome === "not-found") throw notFound("post", post);
    if (outcome === "not-author") {
      throw permissionDenied(`post ${post} is another's: only its author may delete it`);
    }
    return {};
  };
}

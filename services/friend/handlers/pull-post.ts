import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { isPostId } from "../../model/ids.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { PulledAuthors } from "../domain/pulled/pulled-authors.ts";
import { userId } from "./arguments.ts";

/** Readers look for a post that did not reach everybody to whom it was pushed. */
export function pullPost(
  authors: Pick<PulledAuthors, "lookFor">,
): Handler<(typeof FriendServiceService)["pullPost"]> {
  return async ({ postId, authorId }) => {
    if (!isPostId(postId)) throw invalidArgument("post_id", "an id is 1 to 2^63-1");
    await authors.lookFor({ postId, authorId: userId("author_id", authorId) });
    return {};
  };
}

import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { firstPostIdAt, isPostId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { PulledAuthors } from "../../domain/pulled/pulled-authors.ts";
import { userId } from "../arguments.ts";

/** Ids of another process's clock are at most so far ahead. */
const MAX_AHEAD_MS = 60_000;

/** Readers look for a post that did not reach everybody to whom it was pushed. */
export function pullPost(
  authors: Pick<PulledAuthors, "lookFor">,
  clock: Pick<Clock, "nowMs">,
): Handler<(typeof FriendServiceService)["pullPost"]> {
  return async ({ postId, authorId }) => {
    if (!isPostId(postId)) throw invalidArgument("post_id", "an id is 1 to 2^63-1");
    // What is settled reaches beyond it, and is never taken back.
    if (postId > firstPostIdAt(clock.nowMs() + MAX_AHEAD_MS)) {
      throw invalidArgument("post_id", "is of a time to come", "name a post that was made");
    }
    await authors.lookFor({ postId, authorId: userId("author_id", authorId) });
    return {};
  };
}

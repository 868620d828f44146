import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import type { Handlers } from "../../platform/grpc/call.ts";
import type { Reactors } from "../domain/reactors.ts";
import type { ReactionStore } from "../ports.ts";
import { postId, userId } from "./arguments.ts";

type Service = Handlers<typeof EngagementServiceService>;

/** The person likes the post from now on. */
export function likePost(reactors: Pick<Reactors, "like">): Service["likePost"] {
  return async (request, call) => {
    const user = userId("user_id", request.userId);
    const post = postId("post_id", request.postId);
    return { changed: await reactors.like(user, post, call.requestId) };
  };
}

/** And likes it no more, whether it can still be seen or not. */
export function unlikePost(store: Pick<ReactionStore, "unlike">): Service["unlikePost"] {
  return async (request, call) => {
    const user = userId("user_id", request.userId);
    const post = postId("post_id", request.postId);
    return { changed: await store.unlike(user, post, call.requestId) };
  };
}

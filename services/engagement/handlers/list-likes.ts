import type { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { DEFAULT_LIKES_PAGE, MAX_REACTIONS_PAGE } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { pageTokens } from "../../platform/grpc/page-tokens.ts";
import type { Reactors } from "../domain/reactors.ts";
import { withoutHidden } from "../domain/without-hidden.ts";
import type { PostViewing, ReactionStore } from "../ports.ts";
import { limit, postId, STORE_CURSOR, userId } from "./arguments.ts";

/** Who likes a post, for whoever may see it. */
export function listLikes(
  reactors: Pick<Reactors, "maySee">,
  store: Pick<ReactionStore, "likers">,
  viewing: Pick<PostViewing, "hiddenFrom">,
): Handler<(typeof EngagementServiceService)["listLikes"]> {
  return async (request) => {
    const viewer = userId("viewer_id", request.viewerId);
    const post = postId("post_id", request.postId);
    const count = limit("limit", request.limit, DEFAULT_LIKES_PAGE, MAX_REACTIONS_PAGE);
    const tokens = pageTokens(STORE_CURSOR, "likes", post);
    const after = tokens.cursorOf(request.pageToken);
    await reactors.maySee(viewer, post);
    const { items, next } = await store.likers(post, after, count);
    const shown = await withoutHidden(viewing, viewer, items, (liker) => liker);
    return { userIds: [...shown], nextPageToken: tokens.tokenOf(next) };
  };
}

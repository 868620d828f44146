import { DEFAULT_LIKES_PAGE } from "../../../model/limits.ts";
import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Reactions } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { LikesPage, LikesQuery, PostParams } from "../../schemas/reaction.ts";

const schema = {
  operationId: "listLikes",
  summary: "Who likes a post",
  tags: ["reactions"],
  params: PostParams,
  querystring: LikesQuery,
  response: answers(LikesPage, "A page of people."),
};

export function listLikes(
  app: App,
  deps: { readonly reactions: Pick<Reactions, "listLikes">; readonly startCall: StartCall },
): void {
  app.get("/v1/posts/:post_id/likes", { schema }, async (request) => {
    const { limit = DEFAULT_LIKES_PAGE, page_token: pageToken = "" } = request.query;
    const asked = {
      viewerId: request.caller.userId,
      postId: idOf(request.params.post_id, "post_id"),
      limit,
      pageToken,
    };
    const page = await deps.reactions.listLikes(asked, deps.startCall(request));
    const next = page.nextPageToken;
    return { user_ids: page.userIds.map(String), ...(next !== "" && { next_page_token: next }) };
  });
}

import { DEFAULT_COMMENTS_PAGE } from "../../../model/limits.ts";
import type { App, StartCall } from "../../http/types.ts";
import { commentJson } from "../../json/reaction.ts";
import { idOf } from "../../json/user-input.ts";
import type { Reactions } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { CommentsPage, CommentsQuery, PostParams } from "../../schemas/reaction.ts";

const schema = {
  operationId: "listComments",
  summary: "The comments on a post",
  tags: ["reactions"],
  params: PostParams,
  querystring: CommentsQuery,
  response: answers(CommentsPage, "A page of comments."),
};

export function listComments(
  app: App,
  deps: { readonly reactions: Pick<Reactions, "listComments">; readonly startCall: StartCall },
): void {
  app.get("/v1/posts/:post_id/comments", { schema }, async (request) => {
    const { query } = request;
    const asked = {
      viewerId: request.caller.userId,
      postId: idOf(request.params.post_id, "post_id"),
      parentId: query.parent_id === undefined ? 0n : idOf(query.parent_id, "parent_id"),
      limit: query.limit ?? DEFAULT_COMMENTS_PAGE,
      pageToken: query.page_token ?? "",
    };
    const page = await deps.reactions.listComments(asked, deps.startCall(request));
    const next = page.nextPageToken;
    const comments = page.comments.map(commentJson);
    return { comments, ...(next !== "" && { next_page_token: next }) };
  });
}

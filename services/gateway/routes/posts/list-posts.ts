import { PostStatus } from "#gen/post/v1/post.ts";
import { permissionDenied } from "../../../platform/grpc/errors/errors.ts";
import { ID_CURSOR, pageTokens } from "../../../platform/grpc/page-tokens.ts";
import type { App, StartCall } from "../../http/types.ts";
import { postJson } from "../../json/post.ts";
import { idOf } from "../../json/user-input.ts";
import { degradedField } from "../../json/words.ts";
import type { CallContext, Friends, Posts } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { DEFAULT_POSTS_PAGE, PostsPage, PostsQuery } from "../../schemas/post.ts";
import { addReactions, type ReactionDeps } from "../../shown-reactions.ts";

const schema = {
  operationId: "listPosts",
  summary: "Read what one posted, or what a friend did",
  description: "Newest first, without deleted posts. Read the next page with next_page_token.",
  tags: ["posts"],
  querystring: PostsQuery,
  response: answers(PostsPage, "A page of posts."),
};

export interface ListPostsDeps extends ReactionDeps {
  readonly posts: Posts;
  readonly friends: Friends;
  readonly startCall: StartCall;
}

export function listPosts(app: App, deps: ListPostsDeps): void {
  app.get("/v1/posts", { schema }, async (request) => {
    const call = deps.startCall(request);
    const { author_id: author, limit = DEFAULT_POSTS_PAGE, page_token: token = "" } = request.query;
    const viewer = request.caller.userId;
    const authorId = author === undefined ? viewer : idOf(author, "author_id");
    if (authorId !== viewer) await requireFriend(deps.friends, viewer, authorId, call);
    const tokens = pageTokens(ID_CURSOR, "posts", viewer, authorId);
    const beforePostId = BigInt(tokens.cursorOf(token));
    const listed = await deps.posts.listAuthorPosts(
      { authorIds: [authorId], sincePostId: 0n, beforePostId, limit },
      call,
    );
    const postIds = listed.posts.map(({ postId }) => postId);
    const { results } =
      postIds.length === 0 ? { results: [] } : await deps.posts.batchGetPosts({ postIds }, call);
    // What was deleted between the two questions is left out; what is unknown is on its way.
    const posts = results.flatMap(({ status, post }) =>
      status === PostStatus.FOUND && post ? [postJson(post)] : [],
    );
    const lacking = await addReactions(deps, viewer, posts, call);
    const isWhole = listed.completeFromPostId <= 0n;
    const last = postIds.at(-1);
    return {
      posts,
      ...(!isWhole && last !== undefined && { next_page_token: tokens.tokenOf(String(last)) }),
      ...degradedField(lacking),
    };
  });
}

/** Says the same of somebody who is no friend and of somebody who is not there. */
async function requireFriend(
  friends: Friends,
  viewer: bigint,
  author: bigint,
  call: CallContext,
): Promise<void> {
  const request = { userId: viewer, otherIds: [author] };
  const { areFriends } = await friends.batchCheckFriends(request, call);
  if (!areFriends[0]) throw permissionDenied(`${author} is no friend of yours: ask to be one`);
}

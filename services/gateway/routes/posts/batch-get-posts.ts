import type { PostResult as StoredResult } from "#gen/post/v1/post.ts";
import { PostStatus } from "#gen/post/v1/post.ts";
import type { App, StartCall } from "../../http/types.ts";
import { postJson } from "../../json/post.ts";
import { idOf } from "../../json/user-input.ts";
import { degradedField, statusWord } from "../../json/words.ts";
import type { Friends, Posts } from "../../ports.ts";
import { readablePosts } from "../../readable-posts.ts";
import { answers } from "../../schemas/answers.ts";
import { BatchGetPosts, type PostResult, PostResults } from "../../schemas/post.ts";
import { addReactions, type ReactionDeps } from "../../shown-reactions.ts";

const schema = {
  operationId: "batchGetPosts",
  summary: "Read up to 200 posts by id",
  description:
    "Of friends, or one's own: the second step after a page of the timeline. " +
    "Posts of anybody else are answered as unknown.",
  tags: ["posts"],
  body: BatchGetPosts,
  response: answers(PostResults, "Found, deleted or unknown, in the order of the ids."),
};

export function batchGetPosts(
  app: App,
  deps: ReactionDeps & { posts: Posts; friends: Friends; startCall: StartCall },
): void {
  // A double colon is Fastify's way to write one.
  app.post("/v1/posts::batchGet", { schema }, async (request) => {
    const ids = request.body.post_ids.map((text, index) => idOf(text, `post_ids[${index}]`));
    const viewer = request.caller.userId;
    const call = deps.startCall(request);
    const results = (await readablePosts(deps, viewer, ids, call)).map(resultJson);
    const posts = results.flatMap(({ post }) => (post === undefined ? [] : [post]));
    const lacking = await addReactions(deps, viewer, posts, call);
    return { results, ...degradedField(lacking) };
  });
}

function resultJson({ postId, status, post }: StoredResult): PostResult {
  const result = { post_id: String(postId), status: statusWord(status) };
  return status === PostStatus.FOUND && post ? { ...result, post: postJson(post) } : result;
}

import { Type } from "@sinclair/typebox";
import { PostStatus } from "#gen/post/v1/post.ts";
import { notFound } from "../../../platform/grpc/errors/errors.ts";
import type { App, StartCall } from "../../http/types.ts";
import { postJson } from "../../json/post.ts";
import { idOf } from "../../json/user-input.ts";
import { degradedField } from "../../json/words.ts";
import type { Friends, Posts } from "../../ports.ts";
import { readablePosts } from "../../readable-posts.ts";
import { answers } from "../../schemas/answers.ts";
import { id } from "../../schemas/ids.ts";
import { PostRead } from "../../schemas/post.ts";
import { addReactions, type ReactionDeps } from "../../shown-reactions.ts";

const schema = {
  operationId: "getPost",
  summary: "Read one post",
  description:
    "Of a friend, or one's own. Everything else is not found, and so is what was deleted.",
  tags: ["posts"],
  params: Type.Object({ post_id: id("The post") }),
  response: answers(PostRead, "The post."),
};

export function getPost(
  app: App,
  deps: ReactionDeps & { posts: Posts; friends: Friends; startCall: StartCall },
): void {
  app.get("/v1/posts/:post_id", { schema }, async (request) => {
    const postId = idOf(request.params.post_id, "post_id");
    const viewer = request.caller.userId;
    const call = deps.startCall(request);
    const [result] = await readablePosts(deps, viewer, [postId], call);
    const post = result?.status === PostStatus.FOUND ? result.post : undefined;
    if (post === undefined) throw notFound("post", postId);
    const shown = postJson(post);
    const lacking = await addReactions(deps, viewer, [shown], call);
    return { ...shown, ...degradedField(lacking) };
  });
}

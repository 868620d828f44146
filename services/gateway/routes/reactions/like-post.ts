import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Reactions } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { LikeChange, PostParams } from "../../schemas/reaction.ts";

interface Deps {
  readonly reactions: Pick<Reactions, "likePost" | "unlikePost">;
  readonly startCall: StartCall;
}

const schema = {
  operationId: "likePost",
  summary: "Like a post",
  description: "A like is a state: doing it again does no harm.",
  tags: ["reactions"],
  params: PostParams,
  response: answers(LikeChange, "You like it, durably."),
};

export function likePost(app: App, { reactions, startCall }: Deps): void {
  app.put("/v1/posts/:post_id/like", { schema }, async (request) => {
    const postId = idOf(request.params.post_id, "post_id");
    const { userId } = request.caller;
    const { changed } = await reactions.likePost({ userId, postId }, startCall(request));
    return { post_id: String(postId), changed };
  });
}

const unlikeSchema = {
  ...schema,
  operationId: "unlikePost",
  summary: "Like a post no more",
  response: answers(LikeChange, "You like it no more, durably."),
};

export function unlikePost(app: App, { reactions, startCall }: Deps): void {
  app.delete("/v1/posts/:post_id/like", { schema: unlikeSchema }, async (request) => {
    const postId = idOf(request.params.post_id, "post_id");
    const { userId } = request.caller;
    const { changed } = await reactions.unlikePost({ userId, postId }, startCall(request));
    return { post_id: String(postId), changed };
  });
}

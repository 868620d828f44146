import { Type } from "@sinclair/typebox";
import type { App, StartCall } from "../http/types.ts";
import { idOf } from "../json/user-input.ts";
import type { Posts } from "../ports.ts";
import { problem } from "../schemas/answers.ts";
import { id } from "../schemas/ids.ts";

const schema = {
  operationId: "deletePost",
  summary: "Delete one's own post",
  description: "Its text is emptied for good. Deleting it again does no harm.",
  tags: ["posts"],
  params: Type.Object({ post_id: id("The post") }),
  response: { 204: { type: "null", description: "The deletion is durable." }, default: problem },
};

export function deletePost(app: App, deps: { posts: Posts; startCall: StartCall }): void {
  app.delete("/v1/posts/:post_id", { schema }, async (request, reply) => {
    const postId = idOf(request.params.post_id, "post_id");
    const authorId = request.caller.userId;
    await deps.posts.deletePost({ postId, authorId }, deps.startCall(request));
    return reply.code(204).send();
  });
}

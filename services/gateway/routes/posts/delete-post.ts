import { Type } from "@sinclair/typebox";
import { PostStatus } from "#gen/post/v1/post.ts";
import { DomainError, notFound } from "../../../platform/grpc/errors/errors.ts";
import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { CallContext, Friends, Posts } from "../../ports.ts";
import { readablePosts } from "../../readable-posts.ts";
import { problem } from "../../schemas/answers.ts";
import { id } from "../../schemas/ids.ts";

const schema = {
  operationId: "deletePost",
  summary: "Delete one's own post",
  description: "Its text is emptied for good. Deleting it again does no harm.",
  tags: ["posts"],
  params: Type.Object({ post_id: id("The post") }),
  response: { 204: { type: "null", description: "The deletion is durable." }, default: problem },
};

interface DeletePostDeps {
  readonly posts: Posts;
  readonly friends: Friends;
  readonly startCall: StartCall;
}

export function deletePost(app: App, deps: DeletePostDeps): void {
  app.delete("/v1/posts/:post_id", { schema }, async (request, reply) => {
    const postId = idOf(request.params.post_id, "post_id");
    const authorId = request.caller.userId;
    const call = deps.startCall(request);
    try {
      await deps.posts.deletePost({ postId, authorId }, call);
    } catch (error) {
      throw await withoutLeak({ error, deps, viewer: authorId, postId, call });
    }
    return reply.code(204).send();
  });
}

/** "Another's post" would tell a stranger that it is there. */
async function withoutLeak({
  error,
  deps,
  viewer,
  postId,
  call,
}: {
  readonly error: unknown;
  readonly deps: DeletePostDeps;
  readonly viewer: bigint;
  readonly postId: bigint;
  readonly call: CallContext;
}): Promise<unknown> {
  if (!(error instanceof DomainError) || error.code !== "PERMISSION_DENIED") return error;
  const [result] = await readablePosts(deps, viewer, [postId], call);
  return result?.status === PostStatus.FOUND ? error : notFound("post", postId);
}

import { type Static, Type } from "@sinclair/typebox";
import { MAX_REQUEST_ID_BYTES, MAX_TEXT_BYTES } from "../../../model/limits.ts";
import { callerId, REQUEST_ID } from "../../../platform/grpc/caller-id.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { App, StartCall } from "../../http/types.ts";
import { saidJson } from "../../json/post.ts";
import { originOf, textWithin } from "../../json/user-input.ts";
import type { Posts } from "../../ports.ts";
import { problem } from "../../schemas/answers.ts";
import { ALLOWED } from "../../schemas/ids.ts";
import { NewPost, Post } from "../../schemas/post.ts";

const Headers = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: MAX_REQUEST_ID_BYTES,
      [ALLOWED]: `1 to ${MAX_REQUEST_ID_BYTES} bytes`,
      description: `Names this request for 24 hours, up to ${MAX_REQUEST_ID_BYTES} bytes. As request_id.`,
    }),
  ),
});

const schema = {
  operationId: "createPost",
  summary: "Post up to 1,024 bytes of text",
  description: "Answered once the post is durable. Friends see it soon after.",
  tags: ["posts"],
  headers: Headers,
  body: NewPost,
  response: { 201: { ...Post, description: "The post is durable." }, default: problem },
};

export function createPost(app: App, deps: { posts: Posts; startCall: StartCall }): void {
  app.post("/v1/posts", { schema }, async (request, reply) => {
    const authorId = request.caller.userId;
    const said = {
      text: textWithin(request.body.text, MAX_TEXT_BYTES, "text"),
      ...originOf(request.body),
    };
    const requestId = requestIdOf(request.body, request.headers);
    // Without a name it would be another post each time.
    const created = await deps.posts.createPost(
      { authorId, requestId, ...said },
      { ...deps.startCall(request), idempotent: requestId !== "" },
    );
    reply.code(201).header("location", `/v1/posts/${created.postId}`);
    return {
      post_id: String(created.postId),
      author_id: String(authorId),
      create_time: new Date(Number(created.createTimeMs)).toISOString(),
      ...saidJson(said),
    };
  });
}

/** From the header or the body; two different ones would leave open which of them names the post. */
function requestIdOf(body: NewPost, headers: Static<typeof Headers>): string {
  const key = headers["idempotency-key"];
  if (key !== undefined && body.request_id !== undefined && key !== body.request_id) {
    throw invalidArgument("request_id", "differs from the header Idempotency-Key", "send one");
  }
  if (body.request_id === undefined && key !== undefined)
    return callerId("idempotency-key", key, REQUEST_ID);
  return callerId("request_id", body.request_id ?? "", REQUEST_ID);
}

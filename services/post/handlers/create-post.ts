import { postTimeMs } from "../../model/ids.ts";
import type { NoteStep } from "../../model/post-steps.ts";
import { trailOf } from "../../model/traceparent.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { alreadyExists, isNotBegun, resourceExhausted } from "../../platform/grpc/errors/errors.ts";
import { personGone } from "../../platform/people/refuse-gone.ts";
import type { PostDefinition } from "../definition.ts";
import type { AuthorQuotas } from "../domain/author-quotas.ts";
import type { PostStore } from "../ports.ts";
import { checkDraft } from "./check-draft.ts";
import { decodeCreatePost } from "./create-post-request.ts";

interface CreatePostDeps {
  readonly store: Pick<PostStore, "create">;
  readonly quotas: AuthorQuotas;
  readonly clock: Clock;
  readonly noteStep: NoteStep;
}

/** Stores a post and answers once it is durable. */
export function createPost({
  store,
  quotas,
  clock,
  noteStep,
}: CreatePostDeps): Handler<(typeof PostDefinition)["createPost"]> {
  return async (bytes, call) => {
    const draft = checkDraft(decodeCreatePost(bytes));
    const retryAfterMs = quotas.take(draft.authorId, clock.nowMs());
    if (retryAfterMs !== undefined) {
      throw resourceExhausted(`author ${draft.authorId} posts too fast`, retryAfterMs);
    }
    const outcome = await store
      .create(draft, trailOf(call.requestId, call.traceparent))
      .catch((error: unknown) => {
        if (isNotBegun(error)) quotas.giveBack(draft.authorId);
        throw error;
      });
    // A quota is of posts: what makes none costs none.
    if (outcome.kind !== "created" || outcome.isRepeat) quotas.giveBack(draft.authorId);
    if (outcome.kind === "conflict") {
      throw alreadyExists(`request_id "${draft.requestId}" was used with another text`);
    }
    if (outcome.kind === "author-gone") {
      throw personGone(draft.authorId, outcome.state);
    }
    const { postId } = outcome;
    if (!outcome.isRepeat) noteStep("stored", { postId });
    return { postId, createTimeMs: BigInt(postTimeMs(postId)) };
  };
}

import type { TimelinePage } from "../../../services/gateway/schemas/timeline.ts";
import type { ReactionNames } from "../asking.ts";
import {
  type ReactingOptions,
  type ReactionSpeaker,
  type Wanted,
  wantedOf,
} from "../own-reactions.ts";
import { requestOf } from "./rest-messages.ts";
import type { Tokens } from "./tokens.ts";

/** Likes and comments through the gateway, each as the person that it is of. */
export function restReactions(
  tokens: Tokens,
  names: ReactionNames,
  add: (name: string) => number,
): ReactionSpeaker {
  return {
    like: add(names.like),
    comment: add(names.comment),
    likeMessage: ({ viewer, postId }) =>
      requestOf(tokens(viewer), { method: "PUT", path: `/v1/posts/${postId}/like` }),
    commentMessage: ({ viewer, postId }, text, requestId) =>
      requestOf(tokens(viewer), {
        method: "POST",
        path: `/v1/posts/${postId}/comments`,
        body: { text, request_id: requestId },
      }),
  };
}

/** What a viewer wants to do to the posts of a page, which comes with what it shows of reactions. */
export function wantedOn(
  { entries }: TimelinePage,
  { population }: Pick<ReactingOptions, "population">,
  who: Pick<Wanted, "viewer" | "session">,
): readonly Wanted[] {
  return entries.flatMap(({ post_id, reactions }) =>
    wantedOf(population, {
      ...who,
      postId: BigInt(post_id),
      likedByViewer: reactions?.liked ?? false,
    }),
  );
}

import { Event, ReactionKind } from "#gen/event/v1/event.ts";
import { newMessageId } from "../../platform/messaging/message-id.ts";
import type { Reaction } from "../ports.ts";

const KINDS = {
  liked: ReactionKind.LIKED,
  unliked: ReactionKind.UNLIKED,
  commented: ReactionKind.COMMENTED,
  "comment-deleted": ReactionKind.COMMENT_DELETED,
} as const;
export type Change = keyof typeof KINDS;

/** The encoded event of a change. */
export function reactionEvent(
  change: Change,
  { user, post, comment }: Reaction,
  { timeMs, traceId }: { readonly timeMs: number; readonly traceId: string },
): Uint8Array {
  const ids = { postId: post, userId: user, commentId: comment };
  const value = { ...ids, kind: KINDS[change], timeMs: BigInt(Math.round(timeMs)) };
  const event = { $case: "reaction", value } as const;
  return Event.encode({ event, requestId: traceId, messageId: newMessageId() }).finish();
}

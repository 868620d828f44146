import { Event, type FanoutChunk, type FriendEvent, type PostEvent } from "#gen/event/v1/event.ts";
import { isPostId, isUserId, type PostId, type UserId } from "../../model/ids.ts";
import { pairsOf } from "../../model/wire/id-pairs.ts";
import type { FriendRange } from "../domain/friend-ranges.ts";
import type { EdgeHint, PostToDeliver } from "../ports.ts";
import { MessageFailure } from "./lane-options.ts";

/** What a message asks for. */
export type Work =
  | { readonly kind: "post"; readonly post: PostToDeliver }
  | { readonly kind: "chunk"; readonly post: PostToDeliver; readonly range: FriendRange }
  /** What waited for who owns these viewers. */
  | { readonly kind: "parked"; readonly post: PostToDeliver; readonly viewers: Uint32Array }
  | { readonly kind: "edge"; readonly edge: EdgeHint };

/** First stage: bytes to work. Throws MessageFailure on what is no event, or names no ids. */
export function receive(payload: Uint8Array): Work {
  const { event, requestId, traceParent } = decode(payload);
  const trail = { requestId, traceparent: traceParent };
  if (event?.$case === "post") return { kind: "post", post: postOf(event.value, trail) };
  if (event?.$case === "chunk") return chunkOf(event.value, trail);
  if (event?.$case === "parked") {
    const { post, viewerIds } = event.value;
    return { kind: "parked", post: postOf(post, trail), viewers: pairsOf(viewerIds) };
  }
  if (event?.$case === "friend") return { kind: "edge", edge: edgeOf(event.value) };
  throw new MessageFailure("the message is an event of no known kind");
}

function decode(payload: Uint8Array): Event {
  try {
    return Event.decode(payload);
  } catch (error) {
    throw new MessageFailure(`the message is no event: ${(error as Error).message}`);
  }
}

type Trail = Pick<PostToDeliver, "requestId" | "traceparent">;

function postOf(event: PostEvent | undefined, trail: Trail): PostToDeliver {
  return {
    postId: postOfField("post.post_id", event?.postId),
    authorId: personOfField("post.author_id", event?.authorId),
    deleted: event?.deleted ?? false,
    createTimeMs: Number(event?.createTimeMs),
    ...trail,
  };
}

function chunkOf({ post, fromFriendId, beforeFriendId }: FanoutChunk, trail: Trail): Work {
  const range = { from: fromFriendId, before: beforeFriendId };
  return { kind: "chunk", post: postOf(post, trail), range };
}

function edgeOf({ userId, friendId }: FriendEvent): EdgeHint {
  return {
    viewerId: personOfField("friend.user_id", userId),
    friendId: personOfField("friend.friend_id", friendId),
  };
}

function personOfField(field: string, value = 0n): UserId {
  if (isUserId(value)) return value;
  throw noId(field, value);
}

function postOfField(field: string, value = 0n): PostId {
  if (isPostId(value)) return value;
  throw noId(field, value);
}

function noId(field: string, value: bigint): MessageFailure {
  return new MessageFailure(`${field} is ${value}: an id is 1 to 2^63-1`);
}

import { Event } from "#gen/event/v1/event.ts";
import type { UserId } from "../../model/ids.ts";
import {
  MAX_BLOCKS_PER_USER,
  MAX_FRIENDS_PER_USER,
  MAX_OPEN_FRIEND_REQUESTS,
} from "../../model/limits.ts";
import type { Call } from "../../platform/grpc/call.ts";
import {
  type DomainError,
  failedPrecondition,
  invalidArgument,
} from "../../platform/grpc/errors/errors.ts";
import { newMessageId } from "../../platform/messaging/message-id.ts";
import type { BoundedList } from "../domain/bounds.ts";
import type { EdgeChange } from "../ports.ts";
import { userId } from "./arguments.ts";

interface EdgeRequest {
  readonly userId: bigint;
  readonly friendId: bigint;
}

/** The change that AddFriend and RemoveFriend ask for, with the event that will tell of it. */
export function edgeChange(request: EdgeRequest, call: Pick<Call, "requestId">): EdgeChange {
  const user = userId("user_id", request.userId);
  const friend = userId("friend_id", request.friendId);
  if (user === friend) {
    throw invalidArgument("friend_id", "equals user_id", "nobody is their own friend");
  }
  return { user, friend, event: edgeEvent(user, friend, call) };
}

/** An encoded tidings.event.v1.Event: the edge between the two has changed. */
export function edgeEvent(
  user: UserId,
  friend: UserId,
  { requestId }: Pick<Call, "requestId">,
): Uint8Array {
  const value = { userId: user, friendId: friend };
  return Event.encode({
    event: { $case: "friend", value },
    requestId,
    messageId: newMessageId(),
  }).finish();
}

const FULL: Readonly<Record<BoundedList, string>> = {
  friends: `has ${MAX_FRIENDS_PER_USER} friends, the most allowed; remove one first`,
  "requests-out": `has ${MAX_OPEN_FRIEND_REQUESTS} open requests, the most allowed; withdraw one first`,
  blocks: `has blocked ${MAX_BLOCKS_PER_USER} people, the most allowed; lift a block first`,
};

/** FAILED_PRECONDITION: a list of this person is full. */
export function listIsFull(list: BoundedList, user: UserId): DomainError {
  return failedPrecondition(`${user} ${FULL[list]}`);
}

import { Event } from "#gen/event/v1/event.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import { newMessageId } from "../../platform/messaging/message-id.ts";
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
  const event = Event.encode({
    event: { $case: "friend", value: { userId: user, friendId: friend } },
    requestId: call.requestId,
    messageId: newMessageId(),
  }).finish();
  return { user, friend, event };
}

import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { FriendParams, FriendState } from "../../schemas/friend.ts";

const schema = {
  operationId: "requestFriend",
  summary: "Ask somebody to be a friend, or accept",
  description:
    "You are friends as soon as both have asked. Doing it again does no harm. Until the other asks, too, " +
    "nothing is said of what they do.",
  tags: ["friends"],
  params: FriendParams,
  response: answers(FriendState, "You are friends, or your request is open; durably."),
};

export function requestFriend(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.put("/v1/friends/:friend_id", { schema }, async (request) => {
    const friendId = idOf(request.params.friend_id, "friend_id");
    const { userId } = request.caller;
    const { areFriends, changed } = await deps.friends.requestFriend(
      { userId, friendId },
      deps.startCall(request),
    );
    const state = areFriends ? ("friends" as const) : ("requested" as const);
    return { friend_id: String(friendId), state, changed };
  });
}

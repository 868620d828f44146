import { notFound } from "../../../platform/grpc/errors/errors.ts";
import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { Friend, FriendParams } from "../../schemas/friend.ts";

const schema = {
  operationId: "getFriend",
  summary: "Is somebody a friend?",
  description: "404 when not.",
  tags: ["friends"],
  params: FriendParams,
  response: answers(Friend, "You are friends."),
};

export function getFriend(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.get("/v1/friends/:friend_id", { schema }, async (request) => {
    const friendId = idOf(request.params.friend_id, "friend_id");
    const { userId } = request.caller;
    const { areFriends } = await deps.friends.batchCheckFriends(
      { userId, otherIds: [friendId] },
      deps.startCall(request),
    );
    if (!areFriends[0]) throw notFound("friend", friendId);
    return { friend_id: String(friendId) };
  });
}

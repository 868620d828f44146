import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { FriendChange, FriendParams } from "../../schemas/friend.ts";

const schema = {
  operationId: "declineFriend",
  summary: "End a friendship, withdraw a request, or decline one",
  description:
    "Whatever there is between the two of you, for both sides. Doing it again does no harm.",
  tags: ["friends"],
  params: FriendParams,
  response: answers(FriendChange, "There is nothing between you, durably."),
};

export function declineFriend(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.delete("/v1/friends/:friend_id", { schema }, async (request) => {
    const friendId = idOf(request.params.friend_id, "friend_id");
    const { userId } = request.caller;
    const { changed } = await deps.friends.declineFriend(
      { userId, friendId },
      deps.startCall(request),
    );
    return { friend_id: String(friendId), changed };
  });
}

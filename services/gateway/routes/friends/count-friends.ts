import type { App, StartCall } from "../../http/types.ts";
import { idOf } from "../../json/user-input.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { FriendCountQuery, FriendCounts } from "../../schemas/friend.ts";

const schema = {
  operationId: "countFriends",
  summary: "Count friends",
  description: "One's own, or those of up to 200 people: ?user_id=1&user_id=2.",
  tags: ["friends"],
  querystring: FriendCountQuery,
  response: answers(FriendCounts, "How many friends each has."),
};

export function countFriends(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.get("/v1/friends/count", { schema }, async (request) => {
    const named = request.query.user_id?.map((text, index) => idOf(text, `user_id[${index}]`));
    const userIds = named ?? [request.caller.userId];
    const { friendCounts } = await deps.friends.countFriends({ userIds }, deps.startCall(request));
    return {
      counts: userIds.map((userId, index) => ({
        user_id: String(userId),
        friend_count: friendCounts[index],
      })),
    };
  });
}

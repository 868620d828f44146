import { DEFAULT_FRIENDS_OF_FRIENDS } from "../../../model/limits.ts";
import type { App, StartCall } from "../../http/types.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import {
  BY_COMMON_FRIENDS,
  DEFAULT_DEGREE,
  FriendsOfFriends,
  FriendsOfFriendsQuery,
} from "../../schemas/friend.ts";

const schema = {
  operationId: "listFriendsOfFriends",
  summary: "List friends of friends",
  description:
    "People at a distance of exactly 2 or 3, in no order, or those with the most common friends first.",
  tags: ["friends"],
  querystring: FriendsOfFriendsQuery,
  response: answers(FriendsOfFriends, "People at this distance."),
};

export function listFriendsOfFriends(
  app: App,
  deps: { friends: Friends; startCall: StartCall },
): void {
  app.get("/v1/friends/of-friends", { schema }, async (request) => {
    const { degree = DEFAULT_DEGREE, limit = DEFAULT_FRIENDS_OF_FRIENDS } = request.query;
    const byCommonFriends = request.query.order === BY_COMMON_FRIENDS;
    const asked = { userId: request.caller.userId, degree, limit, byCommonFriends };
    const userIds: string[] = [];
    const counts: number[] = [];
    let truncated = false;
    for await (const message of deps.friends.listFriendsOfFriends(asked, deps.startCall(request))) {
      for (const id of message.userIds) userIds.push(String(id));
      for (const count of message.commonFriendCounts) counts.push(count);
      truncated ||= message.truncated;
    }
    return {
      user_ids: userIds,
      truncated,
      ...(byCommonFriends && { common_friend_counts: counts }),
    };
  });
}

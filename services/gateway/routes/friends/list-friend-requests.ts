import { RequestDirection } from "#gen/friend/v1/friend.ts";
import { DEFAULT_RELATIONS_PAGE } from "../../../model/limits.ts";
import { ID_CURSOR, pageTokens } from "../../../platform/grpc/page-tokens.ts";
import type { App, StartCall } from "../../http/types.ts";
import type { Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { FriendRequestsPage, FriendRequestsQuery } from "../../schemas/friend.ts";

const schema = {
  operationId: "listFriendRequests",
  summary: "List open friend requests",
  description:
    "What others asked (direction=in: accept with PUT, decline with DELETE of /v1/friends/{id}), or what " +
    "one asked oneself (direction=out). In ascending order of ids.",
  tags: ["friends"],
  querystring: FriendRequestsQuery,
  response: answers(FriendRequestsPage, "A page of requests."),
};

const DIRECTIONS = { in: RequestDirection.IN, out: RequestDirection.OUT } as const;

export function listFriendRequests(
  app: App,
  deps: { friends: Friends; startCall: StartCall },
): void {
  app.get("/v1/friends/requests", { schema }, async (request) => {
    const { direction, limit = DEFAULT_RELATIONS_PAGE, page_token: token = "" } = request.query;
    const { userId } = request.caller;
    const tokens = pageTokens(ID_CURSOR, "friend requests", direction, userId);
    const { requests, nextUserId } = await deps.friends.listFriendRequests(
      {
        userId,
        direction: DIRECTIONS[direction],
        fromUserId: BigInt(tokens.cursorOf(token)),
        limit,
      },
      deps.startCall(request),
    );
    return {
      requests: requests.map(({ userId: other, createTimeMs }) => ({
        user_id: String(other),
        create_time: new Date(Number(createTimeMs)).toISOString(),
      })),
      ...(nextUserId > 0n && { next_page_token: tokens.tokenOf(String(nextUserId)) }),
    };
  });
}

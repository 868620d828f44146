import { ID_CURSOR, pageTokens } from "../../../platform/grpc/page-tokens.ts";
import type { App, StartCall } from "../../http/types.ts";
import type { CallContext, Friends } from "../../ports.ts";
import { answers } from "../../schemas/answers.ts";
import { DEFAULT_FRIENDS_PAGE, FriendsPage, FriendsQuery } from "../../schemas/friend.ts";

const schema = {
  operationId: "listFriends",
  summary: "List one's friends",
  description: "In ascending order of their ids. Read the next page with next_page_token.",
  tags: ["friends"],
  querystring: FriendsQuery,
  response: answers(FriendsPage, "A page of friends."),
};

export function listFriends(app: App, deps: { friends: Friends; startCall: StartCall }): void {
  app.get("/v1/friends", { schema }, async (request) => {
    const { limit = DEFAULT_FRIENDS_PAGE, page_token: token = "" } = request.query;
    const { userId } = request.caller;
    const tokens = pageTokens(ID_CURSOR, "friends", userId);
    const from = BigInt(tokens.cursorOf(token));
    const call = deps.startCall(request);
    const page = await readPage({
      friends: deps.friends,
      userId,
      fromFriendId: from,
      limit,
      call,
    });
    return {
      friend_ids: page.friendIds.map(String),
      friend_count: page.friendCount,
      ...(page.nextId !== undefined && { next_page_token: tokens.tokenOf(String(page.nextId)) }),
    };
  });
}

/** One more than asked for: the first of the next page is its token, so a changing list skips nobody. */
async function readPage({
  friends,
  userId,
  fromFriendId,
  limit,
  call,
}: {
  readonly friends: Friends;
  readonly userId: bigint;
  readonly fromFriendId: bigint;
  readonly limit: number;
  readonly call: CallContext;
}) {
  const range = { userId, fromFriendId, beforeFriendId: 0n, limit: limit + 1 };
  const friendIds: bigint[] = [];
  let friendCount = 0;
  for await (const message of friends.listFriends(range, call)) {
    friendCount ||= message.friendCount;
    for (const id of message.friendIds) friendIds.push(id);
  }
  const nextId = friendIds.length > limit ? friendIds[limit] : undefined;
  return { friendIds: friendIds.slice(0, limit), friendCount, nextId };
}

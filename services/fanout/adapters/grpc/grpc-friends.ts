import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { UserId } from "../../../model/ids.ts";
import { MAX_FRIENDS_PER_CHUNK } from "../../../model/limits.ts";
import {
  decodeBatchListFriends,
  decodeFriendBatch,
  type FriendListHot,
} from "../../../model/wire/friend-lists.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import { internal } from "../../../platform/grpc/errors/errors.ts";
import type { Friends } from "../../ports.ts";

/** The friend service, with decoders that leave friend ids as bytes. */
const FriendDefinition = {
  ...FriendServiceService,
  listFriends: { ...FriendServiceService.listFriends, responseDeserialize: decodeFriendBatch },
  batchListFriends: {
    ...FriendServiceService.batchListFriends,
    responseDeserialize: decodeBatchListFriends,
  },
};

type FriendClient = Pick<Client<typeof FriendDefinition>, "batchListFriends" | "listFriends">;

/** The graph, asked over gRPC. */
export function grpcFriends(channel: Channel): Friends {
  return friendsOver(createClient(FriendDefinition, channel));
}

export function friendsOver(client: FriendClient): Friends {
  return {
    lists: async (authors) => {
      const lists: FriendListHot[] = [];
      // An answer stops early when it is full.
      while (lists.length < authors.length)
        lists.push(...(await ask(client, authors, lists.length)));
      return lists;
    },
    range: async function* (userId, fromFriendId, beforeFriendId) {
      // Who is hidden may come back.
      const request = { userId, fromFriendId, beforeFriendId, limit: 0, includeGone: true };
      for await (const { friends } of client.listFriends(request)) yield friends;
    },
  };
}

async function ask(
  client: FriendClient,
  authors: readonly UserId[],
  from: number,
): Promise<FriendListHot[]> {
  const userIds = authors.slice(from);
  const lists = await client.batchListFriends({ userIds, maxFriendsEach: MAX_FRIENDS_PER_CHUNK });
  const isInOrder = lists.every(({ userId }, i) => userId === userIds[i]);
  if (lists.length === 0 || !isInOrder)
    throw internal("BatchListFriends left out or mixed up lists");
  return lists;
}

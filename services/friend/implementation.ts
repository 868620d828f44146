import type { Implementation } from "../platform/grpc/call.ts";
import { implement } from "../platform/grpc/server/server.ts";
import { FriendDefinition } from "./definition.ts";
import { addFriend } from "./handlers/add-friend.ts";
import { batchCheckFriends } from "./handlers/batch-check-friends.ts";
import { batchListFriends } from "./handlers/batch-list-friends.ts";
import { countFriends } from "./handlers/count-friends.ts";
import { listFriends } from "./handlers/list-friends.ts";
import { listFriendsOfFriends } from "./handlers/list-friends-of-friends.ts";
import { removeFriend } from "./handlers/remove-friend.ts";
import type { EdgeWriter, FriendGraph } from "./ports.ts";

/** tidings.friend.v1 over a graph and what changes it. */
export function friendService(graph: FriendGraph, edges: EdgeWriter): Implementation {
  return implement(FriendDefinition, {
    addFriend: addFriend(edges),
    removeFriend: removeFriend(edges),
    listFriends: listFriends(graph),
    batchListFriends: batchListFriends(graph),
    batchCheckFriends: batchCheckFriends(graph),
    listFriendsOfFriends: listFriendsOfFriends(graph),
    countFriends: countFriends(graph),
  });
}

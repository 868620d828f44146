import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { encodeBatchListFriends, encodeFriendBatch } from "../model/wire/friend-lists.ts";

/** tidings.friend.v1.FriendService, with encoders that copy lists as bytes on the fan-out's path. */
export const FriendDefinition = {
  ...FriendServiceService,
  listFriends: { ...FriendServiceService.listFriends, responseSerialize: encodeFriendBatch },
  batchListFriends: {
    ...FriendServiceService.batchListFriends,
    responseSerialize: encodeBatchListFriends,
  },
};

import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { Undelivered } from "../../ports.ts";

/** The table of what readers fetch themselves, in the friend service. */
export function grpcUndelivered(channel: Channel): Undelivered {
  const client = createClient(FriendServiceService, channel);
  return {
    pull: async ({ postId, authorId }) => {
      await client.pullPost({ postId, authorId });
    },
  };
}

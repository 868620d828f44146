import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { CHANGED_EDGE_MS } from "../../../model/limits.ts";
import { decodeFriendBatch } from "../../../model/wire/friend-lists.ts";
import { idsOf } from "../../../model/wire/id-pairs.ts";
import type { Channel } from "../../../platform/grpc/client/client.ts";
import { createClient } from "../../../platform/grpc/client/client.ts";
import type { FriendSource } from "../../ports.ts";

/** ListFriends with its ids left as bytes: no object a friend. */
const definition = {
  ...FriendServiceService,
  listFriends: { ...FriendServiceService.listFriends, responseDeserialize: decodeFriendBatch },
};

/** Who is hidden may come back: their posts are hidden at the post service, and nobody sees these lists. */
const INCLUDE_GONE = { includeGone: true };
/** All, and longer than events are on their way but where the bus has a bad day. */
const WHOLE = { fromFriendId: 0n, beforeFriendId: 0n, limit: 0, changedWithinMs: CHANGED_EDGE_MS };

/** The friend service as the timeline needs it. `timeoutMs` bounds each call. */
export function createFriendSource(channel: Channel, timeoutMs: number): FriendSource {
  const client = createClient(definition, channel);
  return {
    async list(viewer) {
      const request = { userId: viewer, ...WHOLE, ...INCLUDE_GONE };
      const parts: Uint32Array[] = [];
      const changed: UserId[] = [];
      for await (const part of client.listFriends(request, { timeoutMs })) {
        parts.push(part.friends);
        if (part.changed) changed.push(...idsOf(part.changed).map(trustedUserId));
      }
      return { friends: parts.length === 1 ? parts[0].slice() : joined(parts), changed };
    },
    async check(viewer, others) {
      const request = { userId: viewer, otherIds: [...others], ...INCLUDE_GONE };
      const { areFriends } = await client.batchCheckFriends(request, { timeoutMs });
      return areFriends;
    },
    async untold(sinceMs) {
      const request = { sinceMs: BigInt(Math.floor(sinceMs)) };
      const { changes, untilMs, isCut } = await client.listUntoldChanges(request, { timeoutMs });
      return {
        changes: changes.map(({ userId, friendId, atMs }) => ({
          user: trustedUserId(userId),
          friend: trustedUserId(friendId),
          atMs: Number(atMs),
        })),
        untilMs: Number(untilMs),
        isCut,
      };
    },
  };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const pairs = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    pairs.set(part, at);
    at += part.length;
  }
  return pairs;
}

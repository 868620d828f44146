import { isUserId, type UserId } from "../../model/ids.ts";
import { SHARD_COUNT, shardOf, shardOfHalves } from "../../model/shards.ts";
import {
  type DomainError,
  invalidArgument,
  NOT_OWNER,
  unavailable,
} from "../../platform/grpc/errors/errors.ts";
import type { Ownership } from "../ports.ts";

/** The viewer, if this process serves them now. Throws INVALID_ARGUMENT, or UNAVAILABLE: NOT_OWNER. */
export function ownedViewer(ownership: Ownership, viewerId: bigint, field = "viewer_id"): UserId {
  if (!isUserId(viewerId)) throw invalidArgument(field, `is ${viewerId}`, "an id is 1 to 2^63-1");
  const shard = shardOf(viewerId);
  if (!ownership.owns(shard) || ownership.term() === 0) throw notOwner(ownership, shard);
  return viewerId;
}

/** Whether this process serves the viewer now; who it is that serves them is not said. */
export function isOwned(ownership: Ownership, viewerId: bigint): boolean {
  return isUserId(viewerId) && ownership.owns(shardOf(viewerId)) && ownership.term() !== 0;
}

/** Throws NOT_OWNER when one of the viewers (pairs of halves, low first) belongs elsewhere. */
export function requireOwnedPairs(ownership: Ownership, viewers: Uint32Array): void {
  if (ownership.term() === 0) throw leaseInDoubt();
  if (ownership.ownsAll()) return;
  for (let i = 0; i < viewers.length; i += 2) {
    const shard = shardOfHalves(viewers[i], viewers[i + 1]);
    if (!ownership.owns(shard) || ownership.term() === 0) throw notOwner(ownership, shard);
  }
}

function leaseInDoubt(): DomainError {
  return unavailable("this process cannot tell whether its lease still holds", {
    reason: NOT_OWNER,
  });
}

/** Names the owner, so that a router can go there at once. */
export function notOwner(ownership: Ownership, shard: number): DomainError {
  const owner = ownership.ownerOf(shard);
  const metadata = { shard: String(shard), ...(owner !== undefined && { owner }) };
  const where = owner === undefined ? "nobody now" : owner;
  return unavailable(`shard ${shard} of ${SHARD_COUNT} belongs to ${where}`, {
    reason: NOT_OWNER,
    metadata,
  });
}

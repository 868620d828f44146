import type { AddedPair, AddFriendRequest, FriendServiceService } from "#gen/friend/v1/friend.ts";
import { isUserId } from "../../model/ids.ts";
import { MAX_BATCH_ADD_FRIENDS } from "../../model/limits.ts";
import { inParallel } from "../../platform/concurrency/in-parallel.ts";
import type { Call, Handler } from "../../platform/grpc/call.ts";
import {
  type DomainCode,
  DomainError,
  invalidArgument,
} from "../../platform/grpc/errors/errors.ts";
import { type AddDeps, addedEdge } from "./add-friend.ts";

/** Pairs of one call in the store at one time. */
const PAIRS_AT_ONCE = 256;
/** What is wrong with the pair itself: the next one may be taken. */
const REFUSALS: readonly DomainCode[] = ["INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"];

/** Makes many pairs friends; durable when it answers. */
export function batchAddFriends(
  deps: AddDeps,
): Handler<(typeof FriendServiceService)["batchAddFriends"]> {
  return async ({ pairs }, call) => {
    if (pairs.length < 1 || pairs.length > MAX_BATCH_ADD_FRIENDS) {
      const problem = `has ${pairs.length} pairs`;
      throw invalidArgument("pairs", problem, `send 1 to ${MAX_BATCH_ADD_FRIENDS}`);
    }
    await knowGone(deps, pairs);
    return { results: await inParallel(PAIRS_AT_ONCE, pairs, (pair) => added(deps, pair, call)) };
  };
}

/** One reading for all, where a pair's own would be one each: what was just read is known. */
async function knowGone({ people }: AddDeps, pairs: readonly AddFriendRequest[]): Promise<void> {
  if (!people.hidesAny) return;
  const ids = pairs.flatMap(({ userId, friendId }) => [userId, friendId]);
  await people.goneAmong([...new Set(ids)].filter(isUserId));
}

async function added(
  deps: AddDeps,
  pair: AddFriendRequest,
  call: Pick<Call, "requestId">,
): Promise<AddedPair> {
  try {
    return { changed: await addedEdge(deps, pair, call), refusal: "" };
  } catch (error) {
    if (!(error instanceof DomainError) || !REFUSALS.includes(error.code)) throw error;
    return { changed: false, refusal: error.message };
  }
}

import type { AddFriendRequest, FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Call, Handler } from "../../platform/grpc/call.ts";
import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import type { EdgeWriter } from "../ports.ts";
import { edgeChange, listIsFull } from "./edge.ts";

/** Makes two people friends; both directions are durable when it answers. */
export function addFriend(edges: EdgeWriter): Handler<(typeof FriendServiceService)["addFriend"]> {
  return async (request, call) => ({ changed: await addedEdge(edges, request, call) });
}

/** False when they were friends already. */
export async function addedEdge(
  edges: EdgeWriter,
  request: AddFriendRequest,
  call: Pick<Call, "requestId">,
): Promise<boolean> {
  const change = edgeChange(request, call);
  const outcome = await edges.add(change);
  if (outcome.kind === "full") throw listIsFull("friends", outcome.user);
  if (outcome.kind === "blocked") {
    throw failedPrecondition(
      `${change.user} or ${change.friend} has blocked the other; it must be lifted first`,
    );
  }
  return outcome.kind === "changed";
}

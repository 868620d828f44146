import type { AddFriendRequest, FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Call, Handler } from "../../platform/grpc/call.ts";
import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import { type GonePeople, refuseGone } from "../../platform/people/refuse-gone.ts";
import type { EdgeWriter } from "../ports.ts";
import { edgeChange, listIsFull } from "./edge.ts";

/** Makes two people friends; both directions are durable when it answers. */
export function addFriend(deps: AddDeps): Handler<(typeof FriendServiceService)["addFriend"]> {
  return async (request, call) => ({ changed: await addedEdge(deps, request, call) });
}

export interface AddDeps {
  readonly edges: EdgeWriter;
  readonly people: GonePeople;
}

/** False when they were friends already. */
export async function addedEdge(
  { edges, people }: AddDeps,
  request: AddFriendRequest,
  call: Pick<Call, "requestId">,
): Promise<boolean> {
  const change = edgeChange(request, call);
  await refuseGone(people, change.user, change.friend);
  const outcome = await edges.add(change);
  if (outcome.kind === "full") throw listIsFull("friends", outcome.user);
  if (outcome.kind === "blocked") {
    throw failedPrecondition(
      `${change.user} or ${change.friend} has blocked the other; it must be lifted first`,
    );
  }
  return outcome.kind === "changed";
}

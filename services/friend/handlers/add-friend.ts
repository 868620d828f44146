import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_FRIENDS_PER_USER } from "../../model/limits.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import type { EdgeWriter } from "../ports.ts";
import { edgeChange } from "./edge.ts";

/** Makes two people friends; both directions are durable when it answers. */
export function addFriend(edges: EdgeWriter): Handler<(typeof FriendServiceService)["addFriend"]> {
  return async (request, call) => {
    const outcome = await edges.add(edgeChange(request, call));
    if (outcome.kind === "full") {
      throw failedPrecondition(
        `${outcome.user} has ${MAX_FRIENDS_PER_USER} friends, the most allowed; remove one first`,
      );
    }
    return { changed: outcome.kind === "changed" };
  };
}

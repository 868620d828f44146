import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { EdgeWriter } from "../ports.ts";
import { edgeChange } from "./edge.ts";

/** Ends a friendship; both directions are durable when it answers. */
export function removeFriend(
  edges: EdgeWriter,
): Handler<(typeof FriendServiceService)["removeFriend"]> {
  return async (request, call) => {
    const outcome = await edges.remove(edgeChange(request, call));
    return { changed: outcome.kind === "changed" };
  };
}

import { type FriendServiceService, RequestDirection } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { Relation } from "../../domain/standing.ts";
import type { Consents } from "../../ports.ts";
import { relatedPage } from "./related-page.ts";

/** A person's open requests, from others or to others. */
export function listFriendRequests(
  consents: Pick<Consents, "related">,
): Handler<(typeof FriendServiceService)["listFriendRequests"]> {
  return async (request) => {
    const relation = relationOf(request.direction);
    const { people: requests, nextUserId } = await relatedPage(consents, relation, request);
    return { requests, nextUserId };
  };
}

function relationOf(direction: RequestDirection): Relation {
  if (direction === RequestDirection.IN) return "requests-in";
  if (direction === RequestDirection.OUT) return "requests-out";
  throw invalidArgument(
    "direction",
    "is not said",
    "REQUEST_DIRECTION_IN or REQUEST_DIRECTION_OUT",
  );
}

import { type FriendServiceService, RequestDirection } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { GonePeople } from "../../../platform/people/refuse-gone.ts";
import type { Relation } from "../../domain/standing.ts";
import type { Consents } from "../../ports.ts";
import { seenPage } from "./related-page.ts";

/** A person's open requests, from others or to others. */
export function listFriendRequests(deps: {
  readonly consents: Pick<Consents, "related">;
  readonly people: GonePeople;
}): Handler<(typeof FriendServiceService)["listFriendRequests"]> {
  return async (request) => {
    const relation = relationOf(request.direction);
    const { people: requests, nextUserId } = await seenPage(deps, relation, request);
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

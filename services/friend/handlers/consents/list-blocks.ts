import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import type { GonePeople } from "../../../platform/people/refuse-gone.ts";
import type { Consents } from "../../ports.ts";
import { seenPage } from "./related-page.ts";

/** Whom a person has blocked. */
export function listBlocks(deps: {
  readonly consents: Pick<Consents, "related">;
  readonly people: GonePeople;
}): Handler<(typeof FriendServiceService)["listBlocks"]> {
  return async (request) => {
    const { people: blocks, nextUserId } = await seenPage(deps, "blocks", request);
    return { blocks, nextUserId };
  };
}

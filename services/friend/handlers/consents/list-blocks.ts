import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import type { Consents } from "../../ports.ts";
import { relatedPage } from "./related-page.ts";

/** Whom a person has blocked. */
export function listBlocks(
  consents: Pick<Consents, "related">,
): Handler<(typeof FriendServiceService)["listBlocks"]> {
  return async (request) => {
    const { people: blocks, nextUserId } = await relatedPage(consents, "blocks", request);
    return { blocks, nextUserId };
  };
}

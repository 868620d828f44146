import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { RELATIONS } from "../../domain/standing.ts";
import type { Consents } from "../../ports.ts";
import { relatedPage } from "./related-page.ts";

/** With whom a person has an open request or a block: each is on at least one of the person's lists. */
export function listRelationsToErase(
  consents: Pick<Consents, "related">,
): Handler<(typeof FriendServiceService)["listRelationsToErase"]> {
  return async (request) => {
    const pages = await Promise.all(
      RELATIONS.map((relation) => relatedPage(consents, relation, request)),
    );
    // Beyond the end of the shortest page that goes on, a list may lack somebody.
    const ends = pages.flatMap(({ nextUserId }) => (nextUserId > 0n ? [nextUserId] : []));
    const nextUserId = ends.reduce((least, end) => (end < least ? end : least), ends[0] ?? 0n);
    const people = new Set(pages.flatMap((page) => page.people.map(({ userId }) => userId)));
    const userIds = [...people]
      .filter((user) => nextUserId === 0n || user < nextUserId)
      .sort((a, b) => (a < b ? -1 : 1));
    return { userIds, nextUserId };
  };
}

import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { EVERYONE } from "../../../model/pulled/pulled-table.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { openOf } from "../../domain/pulled/changes.ts";
import type { PulledAuthors } from "../../domain/pulled/pulled-authors.ts";
import { userId } from "../arguments.ts";

/** Opens or closes an interval; durable when it answers, and in force from the id that it names. */
export function setPulled(
  authors: Pick<PulledAuthors, "setPulled">,
): Handler<(typeof FriendServiceService)["setPulled"]> {
  return async ({ authorId, pulled }) => {
    const author = authorId === EVERYONE ? EVERYONE : userId("author_id", authorId);
    const table = await authors.setPulled(author, pulled, "asked");
    const untils = table.intervals
      .filter((interval) => interval.authorId === author)
      .map(({ until }) => until ?? 0n);
    const lastUntil = untils.reduce((a, b) => (a > b ? a : b), 0n as bigint);
    return { fromPostId: pulled ? (openOf(table, author)?.since ?? 0n) : lastUntil };
  };
}

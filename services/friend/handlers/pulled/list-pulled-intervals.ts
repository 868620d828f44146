import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import type { PulledAuthors } from "../../domain/pulled/pulled-authors.ts";

const INTERVALS_PER_MESSAGE = 2_000;

/** The table of one moment, in messages; the head alone for who has its version. */
export function listPulledIntervals(
  pulled: Pick<PulledAuthors, "current" | "heardOfReads">,
): Handler<(typeof FriendServiceService)["listPulledIntervals"]> {
  return async function* ({ knownVersion, reads }) {
    if (reads) pulled.heardOfReads(reads);
    const { version, validThrough, intervals } = await pulled.current();
    const sent = knownVersion === version ? [] : intervals;
    let from = 0;
    do {
      const part = sent.slice(from, from + INTERVALS_PER_MESSAGE);
      const messages = part.map(({ authorId, since, until, cause }) => ({
        authorId,
        sincePostId: since,
        untilPostId: until ?? 0n,
        isAlsoPushed: cause === "undelivered",
      }));
      yield { version, validThrough, intervals: messages };
      from += INTERVALS_PER_MESSAGE;
    } while (from < sent.length);
  };
}

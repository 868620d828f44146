import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { trustedPostId, trustedUserId } from "../../model/ids.ts";
import type { ReadsKnown } from "../../model/pulled/cheaper-pulled.ts";
import type { AuthorInterval } from "../../model/pulled/pulled-table.ts";
import { type Channel, createClient } from "../../platform/grpc/client/client.ts";
import type { PulledAnswer } from "./pulled-copy.ts";

/** Asks a friend service for the table, over gRPC; tells it what is known of reads. */
export function readPulledFrom(
  channel: Channel,
  timeoutMs: number,
  reads: () => ReadsKnown | undefined = () => undefined,
) {
  const client = createClient(FriendServiceService, channel);
  return async (knownVersion: bigint): Promise<PulledAnswer> => {
    let version = -1n;
    let validThrough = 0n;
    const intervals: AuthorInterval[] = [];
    const request = { knownVersion, reads: reads() };
    for await (const part of client.listPulledIntervals(request, { timeoutMs })) {
      ({ version, validThrough } = part);
      for (const { authorId, sincePostId, untilPostId, isAlsoPushed } of part.intervals) {
        intervals.push({
          authorId: trustedUserId(authorId),
          since: trustedPostId(sincePostId),
          until: untilPostId === 0n ? undefined : trustedPostId(untilPostId),
          ...(isAlsoPushed && { isAlsoPushed }),
        });
      }
    }
    return { version, validThrough, intervals };
  };
}

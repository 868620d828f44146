import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { type ConnectOptions, connect, createClient } from "../../platform/grpc/client/client.ts";
import type { Reactions } from "../ports.ts";
import { StreamChannels } from "./stream-channels.ts";

export interface ReactionOptions extends ConnectOptions {
  /** Posts wait for their reactions no longer. */
  readonly shownWithinMs: number;
}

/**
 * The engagement service, with connections of their own for what live streams follow: on those of the short calls
 * two hundred streams would take every place, and pages would wait for one.
 */
export function connectReactions(
  addresses: readonly string[],
  { shownWithinMs, ...options }: ReactionOptions,
): Reactions & Disposable {
  const channel = connect(addresses, options);
  const streams = new StreamChannels(
    () => connect(addresses, { ...options, connections: 1 }),
    (one) => createClient(EngagementServiceService, one).watchReactions,
  );
  const client = createClient(EngagementServiceService, channel);
  return {
    ...client,
    batchGetReactions: (request, call) =>
      client.batchGetReactions(request, { ...call, timeoutMs: shownWithinMs }),
    watchReactions: (requests, call) =>
      streams.stream(call?.forUser ?? 0n, (watch) => watch(requests, call)),
    [Symbol.dispose]: () => {
      channel.close();
      streams.close();
    },
  };
}

import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { shardOf } from "../../services/model/shards.ts";
import type { Client } from "../../services/platform/grpc/call.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { unavailable } from "../../services/platform/grpc/errors/errors.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";

export type TimelineClient = Client<typeof TimelineServiceService>;

/** The timeline processes of a mesh, each asked by itself. */
export interface Owners extends Disposable {
  /** host:port, in the order of their shard map. */
  readonly addresses: readonly string[];
  at(address: string): TimelineClient;
  /** Throws UNAVAILABLE when nobody serves it now. */
  ofShard(shard: number): string;
  ofViewer(viewer: bigint): string;
}

/** Asks any of the processes who owns what. */
export async function findOwners(
  addresses: readonly string[],
  log: Logger,
  credentials?: Credentials,
): Promise<Owners> {
  const own = { to: "timeline", priority: "rebuild" } as const;
  const options = { log, ...own, ...(credentials && { credentials }) };
  const channels = new Map<string, ReturnType<typeof connect>>();
  const open = (address: string) =>
    channels.getOrInsertComputed(address, () => connect([address], options));
  using anyone = connect(addresses, options);
  const { owners } = await createClient(TimelineServiceService, anyone).getShardMap({});
  const byShard = new Map(
    owners.flatMap(({ address, shards }) => shards.map((shard) => [shard, address] as const)),
  );
  const ofShard = (shard: number): string => {
    const owner = byShard.get(shard);
    if (owner === undefined) throw unavailable(`nobody serves shard ${shard} now: try again later`);
    return owner;
  };
  return {
    addresses: owners.map(({ address }) => address),
    at: (address) => createClient(TimelineServiceService, open(address)),
    ofShard,
    ofViewer: (viewer) => ofShard(shardOf(viewer)),
    [Symbol.dispose]: () => {
      for (const channel of channels.values()) channel.close();
    },
  };
}

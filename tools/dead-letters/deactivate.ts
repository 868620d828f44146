import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { buildOwnerTable } from "../../services/fanout/domain/owner-table.ts";
import { partition } from "../../services/fanout/domain/partition.ts";
import { idsOf } from "../../services/model/wire/id-pairs.ts";
import {
  type Channel,
  type ConnectOptions,
  connect,
  createClient,
} from "../../services/platform/grpc/client/client.ts";
import { createShardRouter } from "../../services/platform/grpc/client/router.ts";
import { unavailable } from "../../services/platform/grpc/errors/errors.ts";
import type { Deactivate } from "./actions.ts";

/** DeactivateTimelines at the owners of the viewers. Fails when one of them cannot be reached now. */
export function deactivateAtOwners(
  addresses: readonly string[],
  options: ConnectOptions,
): Deactivate & Disposable {
  const anyone = connect(addresses, options);
  const lookup = createClient(TimelineServiceService, anyone).getShardMap;
  const clientOf = (channel: Channel) => createClient(TimelineServiceService, channel);
  const router = createShardRouter({
    lookup: () => lookup({}),
    connect: (address) => {
      const channel = connect(address, options);
      return { client: clientOf(channel), close: () => channel.close() };
    },
  });
  const deactivate = async (viewers: Uint32Array) => {
    await router.refresh();
    const owners = buildOwnerTable((shard) => router.ownerOf(shard));
    for (const part of partition(viewers, owners)) {
      if (part.owner === "") throw unavailable("some shards have no owner now: try again later");
      await router.clientAt(part.owner).deactivateTimelines({ viewerIds: idsOf(part.viewers) });
    }
  };
  const dispose = () => {
    router.close();
    anyone.close();
  };
  return Object.assign(deactivate, { [Symbol.dispose]: dispose });
}

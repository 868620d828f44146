import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { encodeAppendEntries } from "../../../model/wire/append-entries.ts";
import type { Client } from "../../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../../platform/grpc/client/client.ts";
import { createShardRouter, type ShardRouter } from "../../../platform/grpc/client/router.ts";
import type { Credentials } from "../../../platform/grpc/credentials/credentials.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import { buildOwnerTable, type OwnerTable } from "../../domain/owner-table.ts";
import type { AppendCounts, EdgeHint, Timelines } from "../../ports.ts";

/** The timeline service, with an encoder that copies viewer ids as bytes. */
const TimelineDefinition = {
  ...TimelineServiceService,
  appendEntries: { ...TimelineServiceService.appendEntries, requestSerialize: encodeAppendEntries },
};
type TimelineClient = Client<typeof TimelineDefinition>;

export interface GrpcTimelinesOptions {
  /** Any timeline processes: asked who owns what. */
  readonly addresses: readonly string[];
  readonly callTimeoutMs: number;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials?: Credentials;
}

/** The owners of timelines, reached over gRPC. Its calls are not retried: the lanes do that. */
export class GrpcTimelines implements Timelines {
  owners: OwnerTable = buildOwnerTable(() => undefined);
  readonly #anyone: Channel;
  readonly #router: ShardRouter<TimelineClient>;

  constructor({ addresses, callTimeoutMs, ...shared }: GrpcTimelinesOptions) {
    const delivery = { defaultDeadlineMs: callTimeoutMs, retry: "none", priority: "live" } as const;
    const options = { ...shared, ...delivery, to: "timeline" };
    this.#anyone = connect(addresses, options);
    const anyone = createClient(TimelineDefinition, this.#anyone);
    this.#router = createShardRouter({
      lookup: () => anyone.getShardMap({}),
      connect: (address) => {
        const channel = connect(address, options);
        return { client: createClient(TimelineDefinition, channel), close: () => channel.close() };
      },
    });
  }

  async refresh(): Promise<void> {
    await this.#router.refresh();
    this.owners = buildOwnerTable((shard) => this.#router.ownerOf(shard));
  }

  append(owner: string, batch: Parameters<Timelines["append"]>[1]): Promise<AppendCounts> {
    const [traceparent, ...links] = batch.appends.flatMap((post) => post.traceparent || []);
    const trace = traceparent === undefined ? undefined : { traceparent, links };
    return this.#router.clientAt(owner).appendEntries(batch, trace);
  }

  async notify(owner: string, hints: readonly EdgeHint[]): Promise<void> {
    await this.#router.clientAt(owner).notifyFriendChanges({ changes: [...hints] });
  }

  close(): void {
    this.#router.close();
    this.#anyone.close();
  }
}

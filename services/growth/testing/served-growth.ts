import { GrowthServiceService } from "#gen/growth/v1/growth.ts";
import type { ManualClock } from "../../platform/clock/manual-clock.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import type { GrowthService } from "../create.ts";

/** Where a growth service stores: empty at first, and still there when the service starts again. */
export interface GrowthServiceWorld {
  start(clock: ManualClock): Promise<GrowthService>;
  /** After the service was closed. */
  remove(): Promise<void>;
}

/** A growth service that runs in a world, and its caller. */
export interface ServedGrowth {
  readonly service: GrowthService;
  readonly channel: Channel;
  readonly growth: Client<typeof GrowthServiceService>;
  /** Ends it; what it stored stays. */
  stop(): Promise<void>;
}

const log = createLogger("test", "silent");

export async function serveGrowth(
  world: GrowthServiceWorld,
  clock: ManualClock,
): Promise<ServedGrowth> {
  const service = await world.start(clock);
  const channel = connect(service.grpc.address, { log, defaultDeadlineMs: 20_000 });
  const growth = createClient(GrowthServiceService, channel);
  const stop = async () => {
    channel.close();
    await service.close();
  };
  return { service, channel, growth, stop };
}

import type { Clock } from "../../platform/clock/clock.ts";
import type { Implementation } from "../../platform/grpc/call.ts";
import type { Relay } from "../../platform/messaging/relay.ts";
import type { LmdbOptions } from "../../platform/storage/lmdb/open.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { PostStore } from "../ports.ts";

/** What the embedded and the real engines each bring. */
export interface Engine {
  readonly store: PostStore;
  readonly relay: Pick<Relay, "settle">;
  /** Served beside the post service. */
  readonly services: readonly Implementation[];
  /** Before the server drains: ends what streams of this process hold open. */
  endStreams(): Promise<void>;
  /** Last, when no call is served any more. */
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** For the embedded engine. */
  readonly lmdb?: LmdbOptions | undefined;
}

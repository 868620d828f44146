import type { Clock } from "../../platform/clock/clock.ts";
import type { Implementation } from "../../platform/grpc/call.ts";
import type { Relay } from "../../platform/messaging/relay.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { PostStore } from "../ports.ts";

/** What the embedded and the real engines each bring. */
export interface Engine {
  readonly store: PostStore;
  readonly relay: Pick<Relay, "settle">;
  /** Served beside the post service. */
  readonly services: readonly Implementation[];
  /** Stops publishing, and ends what streams hold open. */
  closeBus(): Promise<void>;
  /** Last, when no call is served any more. */
  closeStore(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

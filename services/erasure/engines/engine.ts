import type { Implementation } from "../../platform/grpc/call.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { JobStore } from "../ports.ts";

/** Where jobs are kept. */
export interface Engine {
  readonly jobs: JobStore;
  /** Where the topic "erasures" is. */
  readonly bus: Pick<EventBus, "publish">;
  /** Served beside the service itself. */
  readonly services: readonly Implementation[];
  /** Before the server drains: ends what subscribers hold open here. */
  endStreams(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
}

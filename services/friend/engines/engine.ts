import type { Clock } from "../../platform/clock/clock.ts";
import type { OutboxEngine } from "../../platform/messaging/outbox/outbox-engine.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { FriendStore } from "../ports.ts";

export type Engine = OutboxEngine<FriendStore>;

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

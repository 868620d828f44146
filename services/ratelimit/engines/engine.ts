import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { LimitStore, Seat } from "../ports.ts";

/** Where limits are kept, and the seat of their coordinator. */
export interface Engine {
  readonly store: LimitStore;
  readonly seat: Seat;
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly clock: Clock;
}

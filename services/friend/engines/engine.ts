import type { PersonStates } from "../../model/person-states.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { OutboxEngine } from "../../platform/messaging/outbox/outbox-engine.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { FriendStore, PulledRows, UntoldChanges } from "../ports.ts";

export interface Engine extends OutboxEngine<FriendStore> {
  readonly pulledRows: PulledRows;
  readonly untold: UntoldChanges;
  readonly people: PersonStates;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

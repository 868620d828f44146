import type { PersonStates } from "../../model/person-states.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Credentials } from "../../platform/grpc/credentials/credentials.ts";
import type { Consumer, EventBus } from "../../platform/messaging/bus.ts";
import type { OutboxEngine } from "../../platform/messaging/outbox/outbox-engine.ts";
import type { IdSource } from "../../platform/storage/ids/id-source.ts";
import type { LmdbOptions } from "../../platform/storage/lmdb/open.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { ReactionEraser, ReactionStore } from "../ports.ts";

/** Stores reactions, and tells of them. */
export interface Engine extends OutboxEngine<ReactionStore> {
  readonly eraser: ReactionEraser;
  readonly states: PersonStates;
  readonly ids: Pick<IdSource, "watch">;
  /** Where the events of posts come from. */
  readonly bus: Pick<EventBus, "consume">;
  /** Tells of what all replicas stored, from now on; undefined: there is one process only. */
  readonly listen?: (hear: (payload: Uint8Array) => void) => Consumer;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** For the embedded engine. */
  readonly lmdb?: LmdbOptions | undefined;
}

import type { UserId } from "../../model/ids.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { EntryStore, Ownership } from "../ports.ts";

/** What the embedded and the real engines each bring. */
export interface Engine {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  /**
   * Begins to own shards, once this process can be reached. `forget` hears of viewers whose shards
   * come or go: what is remembered of them from calls and events is out of date.
   */
  join(forget: (isMoved: (viewer: UserId) => boolean) => void): Promise<void>;
  /** Hands the shards over, as far as that can be done in the time, while calls are still served. */
  leave(withinMs: number): Promise<void>;
  /** Leaves the shards to others. Last, when no call is served any more. */
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** host:port of the server, once it listens. */
  readonly boundAddress: () => string | undefined;
}

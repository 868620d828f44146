import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { EntryStore, Ownership } from "../ports.ts";

/** What the embedded and the real engines each bring. */
export interface Engine {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  /** Begins to own shards, once this process can be reached, and tells of all that come and go. */
  join(moves: ShardMoves): Promise<void>;
  /** Hands the shards over, as far as that can be done in the time, while calls are still served. */
  leave(withinMs: number): Promise<void>;
  /** Leaves the shards to others. Last, when no call is served any more. */
  close(): Promise<void>;
}

/** Who hears of shards that come and go. */
export interface ShardMoves {
  /** They are ours, and their last owner serves them no more; they are served when what is kept of them is loaded. */
  readonly took: (shards: readonly number[]) => void;
  /** They come or go: what is remembered of their viewers from calls and events is out of date. */
  readonly moved: (shards: readonly number[]) => void;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** host:port of the server, once it listens. */
  readonly boundAddress: () => string | undefined;
}

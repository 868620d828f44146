import type { PersonStates } from "../../model/person-states.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Credentials } from "../../platform/grpc/credentials/credentials.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { Journals, Ownership, PartHolders, Peers } from "../ports.ts";
import type { OwnedShards } from "../sharing/owned-shards.ts";

/** What the embedded and the real engines each bring. */
export interface Engine {
  readonly shardCount: number;
  /** Who is hidden or erased. */
  readonly people: PersonStates;
  readonly journals: Journals;
  readonly ownership: Ownership;
  readonly peers: Peers;
  createHolders(shards: OwnedShards): PartHolders;
  /** A journal takes no more: what is in memory may be more than is durable. */
  onFailure(shards: OwnedShards, shard: number, error: unknown): void;
  /** Loads what can be loaded before anybody may ask. */
  load(shards: OwnedShards): Promise<void>;
  /** Begins to own shards, once this process can be reached at `address`. */
  join(shards: OwnedShards, address: string): Promise<void>;
  /** Hands the shards over, as far as that can be done in the time, while calls are still served. */
  leave(withinMs: number): Promise<void>;
  /** Leaves the shards to others, when no call is served any more and their journals are closed. */
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
  readonly clock: Clock;
}

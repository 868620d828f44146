import type { StoredBoot } from "./domain/boot.ts";
import type { Remembered } from "./domain/leases/coordinator.ts";
import type { HolderOf } from "./domain/leases/leased-node.ts";
import type { Limit } from "./domain/limits/limit-book.ts";
import type { LimitPath } from "./domain/limits/path.ts";

/** All that outlives the coordinator. */
export interface StoredLimits {
  /** 0: nothing was ever set. */
  readonly revision: bigint;
  readonly limits: readonly Limit[];
  readonly holders: readonly Remembered[];
  readonly boots: readonly StoredBoot[];
}

export interface LimitChange {
  readonly set: readonly Limit[];
  readonly removed: readonly LimitPath[];
  /** The change is made for this revision, and no other. */
  readonly from: bigint;
}

/** The limits of all trees, and who holds leases of them. What is answered is durable. */
export interface LimitStore {
  load(): Promise<StoredLimits>;
  /** All of it or nothing. The new revision is `from` + 1; undefined: the stored one is another. */
  change(change: LimitChange): Promise<bigint | undefined>;
  /** Each takes the place of what was remembered of its (path, holder). */
  remember(holders: readonly Remembered[]): Promise<void>;
  /** Idempotent. */
  forget(holders: readonly HolderOf[]): Promise<void>;
  /** Each takes the place of what was kept of its path, unless that has a higher order. */
  keepBoots(boots: readonly StoredBoot[]): Promise<void>;
  /** Of these paths, what was kept with an order up to this one. Idempotent. */
  forgetBoots(paths: readonly LimitPath[], order: bigint): Promise<void>;
}

/** The right to coordinate, which one process has at a time. */
export interface Seat {
  /** False as soon as another process may have it. */
  isHeld(): boolean;
  /** Rises each time that this process takes the seat anew: what is in memory is stale then. */
  readonly term: bigint;
  /** The address of who has it, as far as known. */
  readonly holder: string | undefined;
  close(): Promise<void>;
}

import type { Released } from "../domain/leases/coordinator.ts";
import type { Ask } from "../domain/leases/lease.ts";
import type { HeardNotice } from "../domain/leases/lease-notices.ts";
import type { LimitBook } from "../domain/limits/limit-book.ts";
import type { Grant } from "../domain/local/lease-holder.ts";

/** The answer to some asks, one grant each in their order. */
export interface Grants {
  readonly grants: readonly Grant[];
  /** All limits, when the holder knew another revision. */
  readonly book: LimitBook | undefined;
}

/** Where leases come from: the coordinator in this process, or across the network. */
export interface LeaseSource {
  /** Rejects with UNAVAILABLE when the coordinator can't be reached. At most 1,000 asks. */
  lease(holder: string, asks: readonly Ask[], knownRevision: bigint): Promise<Grants>;
  /** Hears of leases that should be renewed before their time, until `signal`, or until it can't any more. */
  watch(holder: string, heard: HeardNotice, signal: AbortSignal): Promise<void>;
  release(holder: string, released: readonly Released[]): Promise<void>;
}

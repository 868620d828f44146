import type { IdGrant } from "./stamper.ts";

/** The store's time, seen last of all; undefined when the store has no clock of its own. */
export interface GrantAnswer {
  readonly storeTimeMs: number | undefined;
}

/**
 * Where grants are kept. Of one node, a grant begins only where the one before has ended, so no two
 * processes ever stamp the same id, whatever their clocks and pauses do.
 */
export interface GrantStore {
  /** Takes a node whose last grant ended at or before `nowMs`, until `toMs`. UNAVAILABLE: none is free. */
  acquire(nowMs: number, toMs: number): Promise<{ readonly grant: IdGrant } & GrantAnswer>;
  /** Moves the end of a grant that is still ours. UNAVAILABLE: it is another's now. Durable. */
  extend(grant: IdGrant, toMs: number): Promise<GrantAnswer>;
  /** Ends the grant early, at `toMs`. */
  release(grant: IdGrant, toMs: number): Promise<void>;
}

/** Nodes that ids have room for. */
export const NODE_COUNT = 1_024;

import type { IdGrant } from "./stamper.ts";

/**
 * Where grants are kept. Of one node, a grant begins only where the one before has ended, so no two
 * processes ever stamp the same id, whatever their clocks and pauses do.
 */
export interface GrantStore {
  /** The latest time known to be in an id that is stored, or granted and past. Unix ms; 0 for none. */
  newestMs(): Promise<number>;
  /** The store's own time, Unix ms; undefined when it has no clock of its own. */
  readonly storeTimeMs: (() => Promise<number>) | undefined;
  /** Takes a node whose last grant ended at or before `fromMs`, until `toMs`. UNAVAILABLE: none is free. */
  acquire(fromMs: number, toMs: number): Promise<IdGrant>;
  /**
   * Moves the end of a grant that is still ours from `grant.toMs` on to `toMs`. Durable. The grant as it is
   * then, which may end earlier, where an attempt before this one put it; undefined: it is another's now.
   * UNAVAILABLE: the grant in hand still holds; ask again.
   */
  extend(grant: IdGrant, toMs: number): Promise<IdGrant | undefined>;
  /** Ends the grant early, at `toMs`. */
  release(grant: IdGrant, toMs: number): Promise<void>;
}

/** Nodes that ids have room for. */
export const NODE_COUNT = 1_024;

/** How far ahead of the time a grant reaches, ms. */
export const GRANT_MS = 10_000;

/** Of grants that end at these times: a time that a clock which was right has passed, Unix ms. */
export function passedMs(ends: Iterable<number>): number {
  let latest = GRANT_MS;
  for (const end of ends) latest = Math.max(latest, end);
  return latest - GRANT_MS;
}

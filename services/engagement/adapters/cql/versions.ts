import { postTimeMs, trustedPostId } from "../../../model/ids.ts";

const US_PER_MS = 1_000;
/** Above all changes of a person: see MAX_PERSON_CHANGES. */
const DELETED_US = 2 ** 20;

/** By what a reaction was last shown to readers, or hidden from them. */
export interface Shown {
  /** The timestamp of its cells, microseconds. */
  readonly version: number;
  /** Which change of its person that was; 0: none, it was written as it is. */
  readonly change: number;
}

/** A comment's cells are as old as its id says: whatever deletes it later wins, also over a late copy. */
export function commentVersion(comment: bigint): number {
  return postTimeMs(trustedPostId(comment)) * US_PER_MS;
}

/**
 * What a change of its person writes: so many microseconds behind what was written before all of them, as the number
 * of the change says. So of two changes the later one wins wherever they meet, however late either comes and
 * whatever their clocks say; whoever reads the row finds the same for both.
 */
export function versionOfChange({ version, change }: Shown, wanted: number): Shown {
  return { version: version - change + wanted, change: wanted };
}

/** What deletes a comment for good: behind each change there may be. */
export function versionOfDeletion({ version, change }: Shown): number {
  return version - change + DELETED_US;
}

/** Behind everything that is known of it, whatever the clock says. */
export function versionAfter(known: number, nowMs: number): number {
  return Math.max(Math.round(nowMs) * US_PER_MS, known + 1);
}

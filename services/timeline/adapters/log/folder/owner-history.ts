import { ownerIndexOf } from "../../static/static-ownership.ts";

/** How many processes there were, one number for each time that it changed, the latest last. */
export interface OwnerHistory {
  /** Another one when the file was lost, or is not the one that a folder has followed. */
  readonly id: string;
  /** The number of the first of `counts`; they are numbered from 1 on. */
  readonly first: number;
  readonly counts: readonly number[];
}

/** Which history a folder has followed, and up to which change. */
export interface Followed {
  readonly id: string;
  readonly change: number;
}

/** A folder that missed more changes starts anew. */
const MAX_CHANGES = 100;

/** The history with one change more. */
export function withCount(history: OwnerHistory, count: number): OwnerHistory {
  const counts = [...history.counts, count];
  const excess = Math.max(0, counts.length - MAX_CHANGES);
  return { ...history, first: history.first + excess, counts: counts.slice(excess) };
}

/** Where a folder that has missed nothing stands. */
export function latest({ id, first, counts }: OwnerHistory): Followed {
  return { id, change: first + counts.length - 1 };
}

/**
 * Tells whether a shard was this process's own without a break since its folder was last written: under
 * the number of processes that it has followed, and under every one since. What is not known was not.
 */
export function ownSince(
  { id, first, counts }: OwnerHistory,
  followed: Followed | undefined,
  index: number,
): (shard: number) => boolean {
  if (followed?.id !== id || followed.change < first) return () => false;
  const since = counts.slice(followed.change - first);
  return (shard) => since.every((count) => ownerIndexOf(shard, count) === index);
}

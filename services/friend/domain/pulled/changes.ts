import { firstPostIdAt, type PostId, trustedPostId, type UserId } from "../../../model/ids.ts";
import { invariant } from "../../../model/invariant.ts";
import { RETENTION_MS } from "../../../model/limits.ts";
import type { AuthorInterval } from "../../../model/pulled/pulled-table.ts";
import { resourceExhausted } from "../../../platform/grpc/errors/errors.ts";

/** Why an interval was opened: who opened it closes it again. */
export type PulledCause = "popular" | "asked" | "adaptive" | "undelivered";

export interface StoredInterval extends AuthorInterval {
  readonly cause: PulledCause;
}

/** What every change is conditional on. */
export interface TableHead {
  /** Rises with every change; 0n: nothing is stored yet. */
  readonly revision: bigint;
  /** Rises with changes of intervals. */
  readonly version: bigint;
  /** Intervals change at or above this id only. */
  readonly validThrough: PostId;
}

export interface StoredTable extends TableHead {
  readonly intervals: readonly StoredInterval[];
}

/** A new end of what is settled, and the interval that is written with it, if one is. */
export interface TableChange {
  readonly validThrough: PostId;
  readonly interval?: StoredInterval;
}

/** When a change is made. */
export interface Moment {
  readonly nowMs: number;
  /** So far ahead of the time it is settled how posts travel: intervals begin and end so much later. */
  readonly aheadMs: number;
}

/** It is settled further when only this share is left: processes read the table more often than that. */
const SETTLE_AGAIN_SHARE = 0.6;
/** What every process holds in memory: 40 bytes each. */
export const MAX_PULLED_INTERVALS = 50_000;

/** Posts that were given up; a fault that gives up more has to be mended. */
export const MAX_UNDELIVERED_POSTS = 10_000;

/** Undefined while what is settled reaches far enough. */
export function settleFurther(
  head: TableHead,
  { nowMs, aheadMs }: Moment,
): TableChange | undefined {
  if (head.validThrough >= firstPostIdAt(nowMs + aheadMs * SETTLE_AGAIN_SHARE)) return undefined;
  return { validThrough: firstPostIdAt(nowMs + aheadMs) };
}

/** Opens an interval at the end of what is settled. Undefined: it is open already, or there are too many. */
export function open(
  table: StoredTable,
  authorId: UserId,
  cause: PulledCause,
  moment: Moment,
): TableChange | undefined {
  if (openOf(table, authorId)) return undefined;
  if (keptOf(table, moment.nowMs).length >= MAX_PULLED_INTERVALS) return undefined;
  const since = changeFrom(table, moment);
  return changed(table, { authorId, since, until: undefined, cause }, moment);
}

/** Closes the author's open interval at the end of what is settled. Undefined: none is open. */
export function close(
  table: StoredTable,
  authorId: UserId,
  moment: Moment,
): TableChange | undefined {
  const interval = openOf(table, authorId);
  if (!interval) return undefined;
  return changed(table, { ...interval, until: changeFrom(table, moment) }, moment);
}

/**
 * One post that readers look for, though it is pushed. That may be said of a post of the past, for it adds to
 * what readers see, and workers take no notice. Undefined: it is said already. Throws when there are too many.
 */
export function lookFor(
  table: StoredTable,
  { postId, authorId }: { readonly postId: PostId; readonly authorId: UserId },
  { nowMs, aheadMs }: Moment,
): TableChange | undefined {
  const given = keptOf(table, nowMs).filter(({ cause }) => cause === "undelivered");
  if (given.some((one) => one.authorId === authorId && one.since === postId)) return undefined;
  if (given.length >= MAX_UNDELIVERED_POSTS) {
    const most = `${MAX_UNDELIVERED_POSTS} posts could not be delivered`;
    throw resourceExhausted(`${most}: mend what fails, and replay the dead letters`, 0);
  }
  const until = trustedPostId(postId + 1n);
  // A reading counts for newer than another when it is settled further.
  const further = trustedPostId(table.validThrough + 1n);
  const ahead = firstPostIdAt(nowMs + aheadMs);
  const interval = { authorId, since: postId, until, cause: "undelivered" } as const;
  return { validThrough: ahead > further ? ahead : further, interval };
}

export function openOf(table: StoredTable, authorId: UserId): StoredInterval | undefined {
  return table.intervals.find((one) => one.authorId === authorId && one.until === undefined);
}

/** Those that a page may still reach. */
export function keptOf(table: StoredTable, nowMs: number): readonly StoredInterval[] {
  const bound = firstPostIdAt(nowMs - RETENTION_MS);
  return table.intervals.filter(({ until }) => until === undefined || until >= bound);
}

/** Never below what is settled, whatever the clock says. */
function changeFrom({ validThrough }: TableHead, { nowMs }: Moment): PostId {
  const now = firstPostIdAt(nowMs);
  return validThrough > now ? validThrough : now;
}

function changed(
  head: TableHead,
  interval: StoredInterval,
  { nowMs, aheadMs }: Moment,
): TableChange {
  const at = interval.until ?? interval.since;
  invariant(at >= head.validThrough, "intervals change above what is settled");
  const ahead = firstPostIdAt(nowMs + aheadMs);
  return { validThrough: ahead > at ? ahead : at, interval };
}

import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { type Settled, settleWithin } from "../../../platform/concurrency/settle-within.ts";
import { DomainError, notFound } from "../../../platform/grpc/errors/errors.ts";
import type { EntryStore, TimelineState } from "../../ports.ts";
import type { FillSource } from "../fill/fill.ts";
import type { FillOutcome, Fills } from "../fill/fills.ts";
import type { FriendSet } from "../friends/friend-set.ts";
import type { FriendSets } from "../friends/friend-sets.ts";
import type { UntoldPolls } from "../friends/untold-polls.ts";
import { dayOf } from "../lapse/read-day.ts";
import type { PageSources } from "./source.ts";

/** What a page may go by. */
export interface Readiness {
  /** Undefined: nobody knows the friends now, so every author shows (availability first). */
  readonly friends: FriendSet | undefined;
  /** What went wrong on the way here. */
  readonly degraded: readonly DegradedReason[];
  /** The entries themselves are out of reach: answer an empty page with the same position. */
  readonly isStoreDown: boolean;
  /** The index has not caught up with the one that the scroll was read from (`isIndexBehind`). */
  readonly isIndexBehind?: boolean;
  /** Another process keeps what is kept of the viewer: here is the index alone. */
  readonly isForeign?: boolean;
}

export interface ReadinessDeps {
  readonly store: Pick<EntryStore, "load" | "state" | "noteRead">;
  readonly friendSets: FriendSets;
  /** Undefined: nobody asks of which friend changes this process was not told. */
  readonly untold?: Pick<UntoldPolls, "isUnheard"> | undefined;
  readonly fills: Fills;
  readonly sources: Pick<
    PageSources,
    | "needsFill"
    | "isUnkept"
    | "isPulledKnown"
    | "pulledKnown"
    | "caughtUp"
    | "incarnation"
    | "through"
  >;
  readonly clock: Clock;
  /** How long a page waits for the fill, the friends, what is pulled, or the entries, each. */
  readonly waitMs: number;
}

const NONE: readonly DegradedReason[] = [];
const UNHEARD: readonly DegradedReason[] = [DegradedReason.FRIENDS_UNAVAILABLE];
/** How a page names the source that a fill waits for. */
export const REASON_OF_SOURCE: Readonly<Record<FillSource, DegradedReason>> = {
  store: DegradedReason.STORE_UNAVAILABLE,
  friends: DegradedReason.FRIENDS_UNAVAILABLE,
  posts: DegradedReason.POSTS_UNAVAILABLE,
};

/**
 * Makes a viewer's timeline readable, as far as it can be within the wait: entries resident, filled,
 * friends known. At once, without a promise, when all that is so already.
 */
export function prepare(
  deps: ReadinessDeps,
  viewer: UserId,
  deadlineMs: number,
): Readiness | Promise<Readiness> {
  deps.store.noteRead(viewer, dayOf(deps.clock.nowMs()));
  const loading = deps.store.load(viewer);
  if (loading === undefined && isReadable(deps, viewer)) {
    const friends = deps.friendSets.get(viewer);
    if (friends && !deps.friendSets.isInDoubt(viewer)) {
      return { friends, degraded: deps.untold?.isUnheard ? UNHEARD : NONE, isStoreDown: false };
    }
  }
  return prepareSlowly(deps, viewer, deadlineMs, loading);
}

/** Whether a scroll that was read from this index goes on with another one here. */
export function isOtherIndex(
  { incarnation }: Pick<PageSources, "incarnation">,
  of: number,
): boolean {
  return incarnation !== 0 && of !== 0 && of !== incarnation;
}

/** Waits until the index has what that other one may have shown; whether it still has not. */
export async function isIndexBehind(
  { sources, clock, waitMs }: ReadinessDeps,
  deadlineMs: number,
): Promise<boolean> {
  const mostMs = Math.min(waitMs, (deadlineMs - clock.nowMs()) / 2);
  return (await settleWithin(sources.through(), mostMs, clock)).kind !== "done";
}

/** In memory, and all there: kept for the viewer, or for nobody. */
function isReadable({ store, fills, friendSets, sources }: ReadinessDeps, viewer: UserId): boolean {
  if (!sources.isPulledKnown()) return false;
  const { kind } = store.state(viewer);
  if (kind === "complete") return true;
  const isUnkept = sources.isUnkept(friendSets.peek(viewer));
  return kind === "inactive" && isUnkept && fills.droppedMs(viewer) === undefined;
}

async function prepareSlowly(
  deps: ReadinessDeps,
  viewer: UserId,
  deadlineMs: number,
  loading: Promise<void> | undefined,
): Promise<Readiness> {
  const { store, friendSets, fills, sources, clock } = deps;
  const mostMs = () => Math.min(deps.waitMs, (deadlineMs - clock.nowMs()) / 2);
  const within = <T>(work: Promise<T>) => settleWithin(work, mostMs(), clock);
  if (loading && (await within(loading)).kind !== "done") {
    return { friends: undefined, degraded: [DegradedReason.STORE_UNAVAILABLE], isStoreDown: true };
  }
  const degraded: DegradedReason[] = [];
  const needsFill = sources.needsFill();
  const isKept = () => !sources.isUnkept(friendSets.peek(viewer));
  // A fill that was cut short goes on, if only to find that nothing is kept.
  const needsNone = ({ kind }: TimelineState) =>
    kind === "complete" || (kind === "inactive" && !isKept());
  const fill = () =>
    needsNone(store.state(viewer)) ? undefined : fills.request(viewer, "first-page");
  if (needsFill) {
    const filling = fill();
    const filled = filling && (await within(filling));
    if (filled?.kind === "done") degraded.push(...reasonsOf(filled.value, viewer));
  }
  let friends = friendSets.get(viewer);
  const settle = async (before: FriendSet) => {
    const settled = await within(friendSets.settleDoubts(viewer));
    // It may be gone since: what it was before the change is nothing to go by.
    const now = friendSets.get(viewer);
    if (settled.kind !== "done") degraded.push(DegradedReason.FRIENDS_UNAVAILABLE);
    return settled.kind === "done" ? now : (now ?? before);
  };
  if (friends && friendSets.isInDoubt(viewer)) friends = await settle(friends);
  if (!friends && (store.state(viewer).kind === "complete" || !needsFill)) {
    const loaded = await within(friendSets.load(viewer));
    // A list that was on its way when word of a change came may be of before it.
    if (loaded.kind === "done") {
      friends = friendSets.isInDoubt(viewer) ? await settle(loaded.value) : loaded.value;
      if (!friends) degraded.push(DegradedReason.FRIENDS_UNAVAILABLE);
    } else if (isUnknown(loaded)) throw notFound("user", viewer);
    else degraded.push(DegradedReason.FRIENDS_UNAVAILABLE);
  }
  const isNamed = degraded.includes(DegradedReason.FRIENDS_UNAVAILABLE);
  if (deps.untold?.isUnheard && !isNamed) degraded.push(...UNHEARD);
  // Who tells of friends tells of this too, soon after a start.
  if (friends && !sources.isPulledKnown()) await sources.pulledKnown(mostMs());
  // Of whom something is kept shows in how many friends they have.
  if (!needsFill) void fill();
  // Without a ring the index alone answers, and what the ring showed it may not have read yet.
  const isFilled = isKept() && store.state(viewer).kind === "complete";
  const droppedMs = isFilled ? undefined : fills.droppedMs(viewer);
  const catchingUp = droppedMs === undefined ? undefined : sources.caughtUp(droppedMs);
  if (catchingUp && (await within(catchingUp)).kind !== "done") {
    return { friends, degraded: [DegradedReason.INDEX_BEHIND], isStoreDown: true };
  }
  return { friends, degraded, isStoreDown: false };
}

/** The graph knows no such person. */
function isUnknown(loaded: Settled<unknown>): boolean {
  if (loaded.kind !== "failed") return false;
  return loaded.error instanceof DomainError && loaded.error.code === "NOT_FOUND";
}

function reasonsOf(outcome: FillOutcome, viewer: UserId): DegradedReason[] {
  if (outcome.kind === "unknown-viewer") throw notFound("user", viewer);
  return outcome.kind === "failed" ? [REASON_OF_SOURCE[outcome.source]] : [];
}

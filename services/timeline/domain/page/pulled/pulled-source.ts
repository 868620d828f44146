import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { trustedUserId } from "../../../../model/ids.ts";
import { idsOf, pairsOf } from "../../../../model/wire/id-pairs.ts";
import type { EntryStore, PulledIntervals } from "../../../ports.ts";
import type { ArrivingFriends } from "../../friends/arriving-friends.ts";
import type { FriendSet } from "../../friends/friend-set.ts";
import { highHalf, joinHalves, lowHalf, maxId } from "../../halves.ts";
import type { AuthorSource } from "../index-source.ts";
import { readableFloor } from "../ring-source.ts";
import type { Answer, PageSource, Stretch } from "../source.ts";
import { createVisibleWindow, type VisibleWindow } from "../visible-window.ts";
import { addNewest } from "./merge-windows.ts";
import { type Missing, PulledFriends } from "./pulled-friends.ts";

/** What may not be in the ring, and whose entries in it count, if not those of all friends. */
interface Absent extends Missing {
  readonly ringFriends?: FriendSet;
}

export interface PulledSourceParts {
  readonly store: Pick<EntryStore, "state">;
  readonly ring: PageSource;
  readonly index: AuthorSource;
  /** Its `table` is the newest reading that this process has. */
  readonly intervals: Pick<PulledIntervals, "table">;
  /** Friends whose posts are not in the ring yet. */
  readonly arriving?: Pick<ArrivingFriends, "of"> | undefined;
  /** The largest limit of a stretch. */
  readonly capacity: number;
}

/**
 * The ring of a complete timeline, with the posts that were not pushed to it (rule 6.6), of friends who are
 * pulled, or who are friends since a moment, from the recent index. About ids beyond the copy of the table nobody can say who is pulled, so
 * there the index is asked for all friends: a post is then found wherever it is, and shown once. What the ring has of a
 * friend since a moment may have been deleted while the two were apart: they are shown by the index alone.
 */
export class PulledSource implements PageSource {
  readonly #parts: PulledSourceParts;
  readonly #friends = new PulledFriends();
  readonly #held: VisibleWindow;
  readonly #known: VisibleWindow;

  constructor(parts: PulledSourceParts) {
    this.#parts = parts;
    this.#held = createVisibleWindow(parts.capacity);
    this.#known = createVisibleWindow(parts.capacity);
  }

  read(stretch: Stretch, visible: VisibleWindow): Answer {
    const { ring } = this.#parts;
    const { friends } = stretch;
    const missing = friends && this.#withArriving(stretch, friends);
    if (!missing) return ring.read(stretch, visible);
    const limit = stretch.limit - visible.count;
    const answer = this.#merged(stretch, missing, visible);
    const { ringFriends } = missing;
    if (!ringFriends || !this.#isUnsure({ ...stretch, limit }, ringFriends, answer.from))
      return answer;
    return { ...answer, end: whole(answer.end), missing: DegradedReason.INDEX_BEHIND };
  }

  /**
   * Whether the ring has something of a friend since a moment that the index has not shown: it may have been deleted, or is so
   * new that the index has not read it, and was on pages before word came of that friend again.
   */
  #isUnsure(asked: Stretch, ringFriends: FriendSet, from: bigint): boolean {
    const held = this.#held;
    const known = this.#known;
    held.count = 0;
    this.#parts.ring.read(asked, held);
    let at = 0;
    for (let i = 0; i < held.count; i++) {
      if (ringFriends.has(held.authorHigh[i], held.authorLow[i])) continue;
      const id = joinHalves(held.postHigh[i], held.postLow[i]);
      if (id < from) return false;
      while (at < known.count && joinHalves(known.postHigh[at], known.postLow[at]) > id) at++;
      if (at === known.count || joinHalves(known.postHigh[at], known.postLow[at]) !== id)
        return true;
    }
    return false;
  }

  /** What may not be in the ring, for it was not pushed, or its author is a friend since a moment. */
  #withArriving(stretch: Stretch, friends: FriendSet): Absent | undefined {
    const { store, arriving } = this.#parts;
    const missing = this.#missing(stretch, friends);
    const pairs = arriving?.of(stretch.viewer, friends);
    if (!pairs) return missing;
    const from = maxId(stretch.stop, readableFloor(store.state(stretch.viewer)) ?? 0n);
    const arrivingIds = idsOf(pairs).map(trustedUserId);
    const ringFriends = friends.changedAll(
      arrivingIds,
      arrivingIds.map(() => false),
    );
    if (!missing) return { authors: pairs, from, ringFriends };
    const { authors } = missing;
    if (authors === friends.pairs) return { authors, from, ringFriends };
    const both = new Set([...idsOf(authors), ...arrivingIds]);
    return { authors: pairsOf([...both]), from, ringFriends };
  }

  /** What was not pushed though it belongs into this stretch. */
  #missing({ viewer, before, stop }: Stretch, friends: FriendSet): Missing | undefined {
    const { store, index, intervals } = this.#parts;
    const { table } = intervals;
    const isBeyond = before === 0n || before > table.validThrough;
    const isUnknown = isBeyond && index.highest >= table.validThrough;
    if (!isUnknown && table.intervals.length === 0) return undefined;
    const from = maxId(stop, readableFloor(store.state(viewer)) ?? 0n);
    const known = this.#friends.missing(friends, table, from, before);
    if (!isUnknown) return known;
    return { authors: friends.pairs, from: known?.from ?? table.validThrough };
  }

  #merged(stretch: Stretch, missing: Absent, visible: VisibleWindow): Answer {
    const { ring, index } = this.#parts;
    const { ringFriends } = missing;
    const held = this.#held;
    const known = this.#known;
    const asked = { ...stretch, limit: stretch.limit - visible.count };
    held.count = known.count = 0;
    const pushed = ring.read(ringFriends ? { ...asked, friends: ringFriends } : asked, held);
    if (ringFriends && stretch.friends) placeAmong(stretch.friends, held);
    const stop = maxId(maxId(stretch.stop, pushed.from), missing.from);
    const pulled = index.readAuthors({ ...asked, stop }, missing.authors, known);
    const isUnread = pulled.from === stretch.before;
    // Below the index: the sources that stand under it have these posts, and all others.
    const isBelow = stretch.before !== 0n && pulled.missing === DegradedReason.BELOW_FLOOR;
    if (isUnread && isBelow) return pulled;
    const isAll = !isUnread && pulled.from <= stop;
    const from = isUnread || isAll ? pushed.from : maxId(pushed.from, pulled.from);
    const { limit } = stretch;
    addNewest(held, known, { limit, fromHigh: highHalf(from), fromLow: lowHalf(from) }, visible);
    // Something is shown, and what is missing of it is said.
    if (isUnread) return { from, end: whole(pushed.end), missing: DegradedReason.INDEX_BEHIND };
    if (visible.count === limit) {
      const last = limit - 1;
      return { from: joinHalves(visible.postHigh[last], visible.postLow[last]), end: "full" };
    }
    return isAll ? pushed : { ...pulled, from };
  }
}

/** Finds authors in this set who were let in by another. */
function placeAmong(friends: FriendSet, window: VisibleWindow): void {
  for (let i = 0; i < window.count; i++)
    window.friendPlace[i] = friends.indexOf(window.authorHigh[i], window.authorLow[i]);
}

/** A page that lacks something is not the end of the feed. */
function whole(end: Answer["end"]): Answer["end"] {
  return end === "reached" ? "paused" : end;
}

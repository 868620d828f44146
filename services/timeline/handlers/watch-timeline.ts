import {
  DegradedReason,
  type Entry,
  type WatchTimelineRequest,
  type WatchTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { MAX_PAGE_ENTRIES } from "../../model/limits.ts";
import { settleWithin } from "../../platform/concurrency/settle-within.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { DomainError } from "../../platform/grpc/errors/errors.ts";
import { encodeCursor } from "../domain/cursor/cursor-writer.ts";
import type { Scroll } from "../domain/cursor/format.ts";
import type { FriendSet } from "../domain/friends/friend-set.ts";
import { entriesOf } from "../domain/page/entries.ts";
import { readPage, stretchOf } from "../domain/page/page.ts";
import {
  isIndexBehind,
  isOtherIndex,
  prepare,
  type Readiness,
  type ReadinessDeps,
} from "../domain/page/readiness.ts";
import type { PageSources } from "../domain/page/source.ts";
import { createVisibleWindow } from "../domain/page/visible-window.ts";
import { keepFilled } from "../domain/watch/keep-filled.ts";
import { entriesIn, isWholeAndEmpty, reaches, visibleOf } from "../domain/watch/messages.ts";
import { newerEntries } from "../domain/watch/newer-entries.ts";
import { lastSeen, newestOf, resumeAt, type Seen, seenNothing } from "../domain/watch/seen.ts";
import type { TracedPosts } from "../domain/watch/traced-posts.ts";
import { untilReadable } from "../domain/watch/until-readable.ts";
import type { Watcher } from "../domain/watch/watcher.ts";
import type { Watchers } from "../domain/watch/watchers.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import { ownedViewer } from "./owned-viewer.ts";
import { pageLimit } from "./page-limit.ts";
import { newScroll } from "./timeline-query.ts";

export interface WatchTimelineDeps extends ReadinessDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  readonly sources: PageSources;
  readonly watchers: Watchers;
  /** A stream ends at this age; its consumer resumes, perhaps elsewhere. */
  readonly maxAgeMs: number;
  /** What was missed is read and sent in pieces of so many entries, at most a page's; left out: a page's. */
  readonly pieceEntries?: number;
  readonly tracedPosts?: TracedPosts | undefined;
}

export function watchTimeline(deps: WatchTimelineDeps) {
  const { ownership, clock, pieceEntries = MAX_PAGE_ENTRIES } = deps;
  const visible = createVisibleWindow(MAX_PAGE_ENTRIES);

  /** In one turn of the event loop with forgetting what was heard until now. */
  function firstMessages(scroll: Scroll, limit: number, seen: Seen, ready: Readiness) {
    const sources = deps.sources.inMemory(scroll.viewer, ready.friends);
    if (seen.postId > 0n)
      return newerEntries(sources, { scroll, seen, ready, pieceEntries }, visible);
    const { degraded } = readPage(sources, stretchOf(scroll, 0n, limit, ready), ready, visible);
    return [{ entries: entriesOf(scroll, visible), degraded: [...degraded] }];
  }

  return async function* watch(
    request: WatchTimelineRequest,
    call: Call,
  ): AsyncGenerator<WatchTimelineResponse> {
    const viewer = ownedViewer(ownership, request.viewerId);
    const limit = pageLimit(request.limit);
    const seen = lastSeen(request.resumeCursor, viewer);
    // Heard from before the page is read: nothing falls between page and stream.
    const { watcher, release } = deps.watchers.watch(viewer);
    const ended = new AbortController();
    clock.delay(deps.maxAgeMs, ended.signal).then(
      () => watcher.stop("aged"),
      () => {},
    );
    call.signal.addEventListener("abort", () => watcher.stop("closed"), { once: true });
    try {
      const isOther = isOtherIndex(deps.sources, seen.incarnation);
      const behind = isOther && isIndexBehind(deps, call.deadlineMs);
      const readable = yield* untilFirst(deps, viewer, watcher, call.deadlineMs);
      if (!readable) return;
      const ready = { ...readable, isIndexBehind: await behind };
      ownedViewer(ownership, viewer);
      const incarnation = ready.isIndexBehind ? seen.incarnation : deps.sources.incarnation;
      const scroll = newScroll(viewer, clock.nowMs(), incarnation);
      const messages = firstMessages(scroll, limit, seen, ready);
      watcher.forget();
      // What the index reads as the past it tells no stream of: all since the cursor is read again. So it is where posts of
      // a new friend, which the ring may have already, are read from an index that may have not.
      const isHoled =
        messages[0].degraded.includes(DegradedReason.INDEX_BEHIND) ||
        (ready.friends !== undefined &&
          deps.friendSets.arriving.of(viewer, ready.friends) !== undefined);
      if (isHoled) watcher.missed();
      const began = seenNothing(scroll);
      const isEmpty = seen.postId === 0n && isWholeAndEmpty(messages);
      if (isEmpty) yield { ...messages[0], resumeCursor: encodeCursor(scroll, began.postId) };
      else yield* messages;
      const newest = isHoled ? seen : newestOf(isEmpty ? began : seen, scroll, entriesIn(messages));
      const again = (friends: FriendSet | undefined, last: Seen) => {
        const now = newScroll(viewer, clock.nowMs(), deps.sources.incarnation);
        const found = { friends, degraded: [], isStoreDown: false };
        const messages = firstMessages(now, limit, last, found);
        // A first page that was owed shows no more than its limit, and more may have come since.
        const isCut = last.postId === 0n && reaches(messages, limit, resumeAt(began));
        return {
          scroll: now,
          messages: isCut ? firstMessages(now, limit, began, found) : messages,
        };
      };
      yield* liveEntries(deps, { viewer, watcher, again, ended: ended.signal }, newest);
    } finally {
      ended.abort();
      release();
    }
  };
}

/**
 * What a first page may go by. While its entries are out of reach the consumer is told so, once, and waits.
 * Undefined: the stream was over before.
 */
async function* untilFirst(
  deps: WatchTimelineDeps,
  viewer: UserId,
  watcher: Watcher,
  deadlineMs: number,
): AsyncGenerator<WatchTimelineResponse, Readiness | undefined> {
  const ready = await prepare(deps, viewer, deadlineMs);
  if (!ready.isStoreDown) return ready;
  ownedViewer(deps.ownership, viewer);
  yield { entries: [], degraded: [...ready.degraded] };
  return untilReadable(deps, viewer, watcher);
}

interface LiveStream {
  readonly viewer: UserId;
  readonly watcher: Watcher;
  /** The first messages of a stream that resumes here, in one turn of the event loop. */
  readonly again: (
    friends: FriendSet | undefined,
    last: Seen,
  ) => { readonly scroll: Scroll; readonly messages: WatchTimelineResponse[] };
  /** Of the stream, however it ends. */
  readonly ended: AbortSignal;
}

/**
 * What becomes readable, until the stream ends. When the timeline lapses its consumer is told, it is
 * filled again, and what the fill brings that was not seen before goes on the stream.
 */
async function* liveEntries(
  deps: WatchTimelineDeps,
  stream: LiveStream,
  first: Seen,
): AsyncGenerator<WatchTimelineResponse> {
  const { viewer, watcher, ended } = stream;
  let newest = first;
  let since = 0n;
  const fill = () =>
    void keepFilled(deps, viewer, ended).then(() => {
      // Of more than a ring holds the fill told of the newest alone.
      if (since > 0n && floorOf(deps.store, viewer) > since) watcher.missed();
      since = 0n;
    });
  if (deps.store.state(viewer).kind !== "complete") fill();
  for (;;) {
    const heard = await watcher.next(MAX_PAGE_ENTRIES);
    if (heard === "too-slow") throw tooSlow(viewer, newest);
    if (heard === "missed") {
      newest = yield* missedEntries(deps, stream, newest);
      continue;
    }
    // Of whom nothing is kept no fill brings again what was heard.
    if (heard === "lapsed" && deps.sources.isUnkept(await friendsOf(deps, viewer))) {
      newest = yield* missedEntries(deps, stream, newest);
      continue;
    }
    if (heard === "lapsed") {
      since = newest.postId === 0n ? 0n : resumeAt(newest);
      fill();
      yield { entries: [], degraded: [DegradedReason.FILLING] };
      continue;
    }
    if (typeof heard === "string") return;
    const recent = heard.filter(({ postId }) => postId >= since);
    const friends = await friendsOf(deps, viewer);
    ownedViewer(deps.ownership, viewer);
    const scroll = newScroll(viewer, deps.clock.nowMs(), deps.sources.incarnation);
    const entries = traced(deps, visibleOf(scroll, recent, friends));
    if (entries.length === 0) continue;
    newest = newestOf(newest, scroll, entries);
    yield { entries, degraded: friends ? [] : [DegradedReason.FRIENDS_UNAVAILABLE] };
  }
}

function floorOf(store: Pick<EntryStore, "state">, viewer: UserId): bigint {
  const state = store.state(viewer);
  return state.kind === "complete" ? state.floor : 0n;
}

/** Says that something is missing, and resumes where it was as soon as the index has it. */
async function* missedEntries(
  deps: WatchTimelineDeps,
  { viewer, watcher, again }: LiveStream,
  newest: Seen,
): AsyncGenerator<WatchTimelineResponse, Seen> {
  yield { entries: [], degraded: [DegradedReason.INDEX_BEHIND] };
  const { sources } = deps;
  await Promise.race([Promise.all([sources.whole(), sources.through()]), watcher.over]);
  const friends = await friendsOf(deps, viewer);
  if (watcher.isOver) return newest;
  ownedViewer(deps.ownership, viewer);
  const { scroll, messages } = again(friends, newest);
  watcher.forget();
  yield* messages;
  return newestOf(newest, scroll, entriesIn(messages));
}

/** The set may have been evicted since the stream began. Undefined when nobody knows it in time. */
async function friendsOf(
  { friendSets, clock, waitMs }: WatchTimelineDeps,
  viewer: UserId,
): Promise<FriendSet | undefined> {
  const known = friendSets.get(viewer);
  if (known) return known;
  const loaded = await settleWithin(friendSets.load(viewer), waitMs, clock);
  return loaded.kind === "done" ? loaded.value : undefined;
}

/** Of posts that are traced, where they belong: the stream is the end of their way. */
function traced({ tracedPosts }: WatchTimelineDeps, entries: Entry[]): Entry[] {
  if (!tracedPosts) return entries;
  return entries.map((entry) => ({ ...entry, traceParent: tracedPosts.of(entry.postId) }));
}

function tooSlow(viewer: UserId, { postId, boundMs, incarnation }: Seen): DomainError {
  const cursor = encodeCursor({ viewer, boundMs, incarnation }, postId);
  const message = `the stream was not read fast enough; resume with the cursor ${cursor}`;
  return new DomainError("RESOURCE_EXHAUSTED", message, {
    reason: "SLOW_CONSUMER",
    metadata: { cursor },
  });
}

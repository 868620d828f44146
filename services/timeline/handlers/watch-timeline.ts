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
import { decodeCursor, requireChronological } from "../domain/cursor/decode-cursor.ts";
import type { Scroll } from "../domain/cursor/format.ts";
import type { FriendSet } from "../domain/friends/friend-set.ts";
import { highHalf, lowHalf, maxId } from "../domain/halves.ts";
import { entriesOf, entryOf } from "../domain/page/entries.ts";
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
import { newerEntries } from "../domain/watch/newer-entries.ts";
import { resumeAt, type Seen } from "../domain/watch/seen.ts";
import type { TracedPosts } from "../domain/watch/traced-posts.ts";
import type { Watcher } from "../domain/watch/watcher.ts";
import type { Watchers } from "../domain/watch/watchers.ts";
import type { EntryKey, EntryStore, Ownership } from "../ports.ts";
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
  readonly tracedPosts?: TracedPosts | undefined;
}

export function watchTimeline(deps: WatchTimelineDeps) {
  const { ownership, clock } = deps;
  const visible = createVisibleWindow(MAX_PAGE_ENTRIES);

  /** In one turn of the event loop with forgetting what was heard until now. */
  function firstMessages(scroll: Scroll, limit: number, seen: Seen, ready: Readiness) {
    const sources = deps.sources.inMemory(scroll.viewer, ready.friends);
    if (seen.postId > 0n) return newerEntries(sources, { scroll, seen, ready }, visible);
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
      const ready = {
        ...(await prepare(deps, viewer, call.deadlineMs)),
        isIndexBehind: await behind,
      };
      ownedViewer(ownership, viewer);
      const incarnation = ready.isIndexBehind ? seen.incarnation : deps.sources.incarnation;
      const scroll = newScroll(viewer, clock.nowMs(), incarnation);
      const messages = firstMessages(scroll, limit, seen, ready);
      watcher.forget();
      yield* messages;
      const newest = newestOf(seen, scroll, messages[0].entries);
      const again = (friends: FriendSet | undefined, last: Seen) => {
        const now = newScroll(viewer, clock.nowMs(), deps.sources.incarnation);
        const found = { friends, degraded: [], isStoreDown: false };
        return { scroll: now, messages: firstMessages(now, limit, last, found) };
      };
      yield* liveEntries(deps, { viewer, watcher, again, ended: ended.signal }, newest);
    } finally {
      ended.abort();
      release();
    }
  };
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

/** Says that something is missing, and resumes where it was as soon as the index has it. */
async function* missedEntries(
  deps: WatchTimelineDeps,
  { viewer, watcher, again }: LiveStream,
  newest: Seen,
): AsyncGenerator<WatchTimelineResponse, Seen> {
  yield { entries: [], degraded: [DegradedReason.INDEX_BEHIND] };
  await Promise.race([deps.sources.whole(), watcher.over]);
  const friends = await friendsOf(deps, viewer);
  if (watcher.isOver) return newest;
  ownedViewer(deps.ownership, viewer);
  const { scroll, messages } = again(friends, newest);
  watcher.forget();
  yield* messages;
  return newestOf(
    newest,
    scroll,
    messages.flatMap(({ entries }) => entries),
  );
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

/** What the consumer says it has seen last. */
function lastSeen(cursor: string, viewer: UserId): Seen {
  if (cursor === "") return { postId: 0n, boundMs: 0, incarnation: 0 };
  const position = decodeCursor(cursor, viewer, "resume_cursor");
  const { before, boundMs, incarnation } = requireChronological(position, "resume_cursor");
  return { postId: before, boundMs, incarnation };
}

function visibleOf(scroll: Scroll, heard: readonly EntryKey[], friends: FriendSet | undefined) {
  return heard
    .filter(({ authorId }) => friends?.has(highHalf(authorId), lowHalf(authorId)) ?? true)
    .map(({ postId, authorId }) => entryOf(scroll, postId, authorId));
}

/** Of posts that are traced, where they belong: the stream is the end of their way. */
function traced({ tracedPosts }: WatchTimelineDeps, entries: Entry[]): Entry[] {
  if (!tracedPosts) return entries;
  return entries.map((entry) => ({ ...entry, traceParent: tracedPosts.of(entry.postId) }));
}

/** The newest of what was seen until now, and of what is sent under this scroll. */
function newestOf(
  seen: Seen,
  { boundMs, incarnation }: Scroll,
  entries: readonly { readonly postId: bigint }[],
): Seen {
  const postId = entries.reduce((max, entry) => maxId(max, entry.postId), 0n);
  return postId > seen.postId ? { postId, boundMs, incarnation } : seen;
}

function tooSlow(viewer: UserId, { postId, boundMs, incarnation }: Seen): DomainError {
  const cursor = encodeCursor({ viewer, boundMs, incarnation }, postId);
  const message = `the stream was not read fast enough; resume with the cursor ${cursor}`;
  return new DomainError("RESOURCE_EXHAUSTED", message, {
    reason: "SLOW_CONSUMER",
    metadata: { cursor },
  });
}

import type { WatchTimelineRequest, WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { MAX_PAGE_ENTRIES } from "../../model/limits.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { DomainError } from "../../platform/grpc/errors/errors.ts";
import { encodeCursor } from "../domain/cursor/cursor-writer.ts";
import { decodeCursor, requireChronological } from "../domain/cursor/decode-cursor.ts";
import type { Scroll } from "../domain/cursor/format.ts";
import type { FriendSet } from "../domain/friends/friend-set.ts";
import { highHalf, lowHalf, maxId } from "../domain/halves.ts";
import { entriesOf, entryOf } from "../domain/page/entries.ts";
import { readPage, stretchOf } from "../domain/page/page.ts";
import { prepare, type Readiness, type ReadinessDeps } from "../domain/page/readiness.ts";
import type { PageSources } from "../domain/page/source.ts";
import { createVisibleWindow } from "../domain/page/visible-window.ts";
import { newerEntries } from "../domain/watch/newer-entries.ts";
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
}

export function watchTimeline(deps: WatchTimelineDeps) {
  const visible = createVisibleWindow(MAX_PAGE_ENTRIES);

  /** In one turn of the event loop with forgetting what was heard until now. */
  function firstMessages(scroll: Scroll, limit: number, seen: bigint, ready: Readiness) {
    const sources = deps.sources.inMemory(scroll.viewer as UserId);
    if (seen > 0n) return newerEntries(sources, scroll, seen, ready, visible);
    const { degraded } = readPage(sources, stretchOf(scroll, 0n, limit, ready), ready, visible);
    return [{ entries: entriesOf(scroll, visible), degraded: [...degraded] }];
  }

  return async function* watch(
    request: WatchTimelineRequest,
    call: Call,
  ): AsyncGenerator<WatchTimelineResponse> {
    const { ownership, friendSets, clock } = deps;
    const viewer = ownedViewer(ownership, request.viewerId);
    const limit = pageLimit(request.limit);
    const seen = lastSeen(request.resumeCursor, viewer);
    // Heard from before the page is read: nothing falls between page and stream.
    const { watcher, release } = deps.watchers.watch(viewer);
    const aged = new AbortController();
    clock.delay(deps.maxAgeMs, aged.signal).then(
      () => watcher.stop("aged"),
      () => {},
    );
    call.signal.addEventListener("abort", () => watcher.stop("closed"), { once: true });
    try {
      const ready = await prepare(deps, viewer, call.deadlineMs);
      ownedViewer(ownership, viewer);
      const scroll = newScroll(viewer, clock.nowMs());
      const messages = firstMessages(scroll, limit, seen, ready);
      watcher.forget();
      let newest = newestOf(seen, messages[0].entries);
      yield* messages;
      for (;;) {
        const heard = await watcher.next(MAX_PAGE_ENTRIES);
        if (heard === "too-slow") throw tooSlow(scroll, newest);
        if (typeof heard === "string") return;
        ownedViewer(ownership, viewer);
        const entries = visibleOf(scroll, heard, friendSets.get(viewer));
        if (entries.length === 0) continue;
        newest = newestOf(newest, entries);
        yield { entries, degraded: [] };
      }
    } finally {
      aged.abort();
      release();
    }
  };
}

/** The id of the entry seen last; 0n: none. */
function lastSeen(cursor: string, viewer: UserId): bigint {
  if (cursor === "") return 0n;
  const position = decodeCursor(cursor, viewer, "resume_cursor");
  return requireChronological(position, "resume_cursor").before;
}

function visibleOf(scroll: Scroll, heard: readonly EntryKey[], friends: FriendSet | undefined) {
  return heard
    .filter(({ authorId }) => friends?.has(highHalf(authorId), lowHalf(authorId)) ?? true)
    .map(({ postId, authorId }) => entryOf(scroll, postId, authorId));
}

function newestOf(newest: bigint, entries: readonly { readonly postId: bigint }[]): bigint {
  return entries.reduce((max, { postId }) => maxId(max, postId), newest);
}

function tooSlow(scroll: Scroll, newest: bigint): DomainError {
  const cursor = encodeCursor(scroll, newest);
  const message = `the stream was not read fast enough; resume with the cursor ${cursor}`;
  return new DomainError("RESOURCE_EXHAUSTED", message, {
    reason: "SLOW_CONSUMER",
    metadata: { cursor },
  });
}

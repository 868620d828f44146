import type { CountUnreadRequest, CountUnreadResponse } from "#gen/timeline/v1/timeline.ts";
import { MAX_PAGE_ENTRIES, MAX_UNREAD } from "../../model/limits.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { decodeCursor, requireChronological } from "../domain/cursor/decode-cursor.ts";
import { degradedReasons, stretchOf } from "../domain/page/page.ts";
import { holeIn, isAllOf, readSources } from "../domain/page/read-sources.ts";
import { prepare, type ReadinessDeps } from "../domain/page/readiness.ts";
import type { Answer, PageSources } from "../domain/page/source.ts";
import { createVisibleWindow } from "../domain/page/visible-window.ts";
import type { Ownership } from "../ports.ts";
import { ownedViewer } from "./owned-viewer.ts";
import { newScroll } from "./timeline-query.ts";

export interface CountUnreadDeps extends ReadinessDeps {
  readonly ownership: Ownership;
  readonly sources: PageSources;
  /** Entries that are read at a time; left out: as many as a page has. */
  readonly pieceEntries?: number;
}

/** Counts what a page would show above an entry: friendship and deletion are applied, as at any read. */
export function countUnread(deps: CountUnreadDeps) {
  const { pieceEntries = MAX_PAGE_ENTRIES } = deps;
  const visible = createVisibleWindow(pieceEntries);
  return async (request: CountUnreadRequest, call: Call): Promise<CountUnreadResponse> => {
    const viewer = ownedViewer(deps.ownership, request.viewerId);
    const scroll = newScroll(viewer, deps.clock.nowMs(), 0);
    const seen = lastSeen(request.sinceCursor, viewer);
    const ready = await prepare(deps, viewer, call.deadlineMs);
    ownedViewer(deps.ownership, viewer);
    const sources = deps.sources.inMemory(viewer, ready.friends);
    const whole = stretchOf(scroll, 0n, pieceEntries, ready);
    const stop = seen >= whole.stop ? seen + 1n : whole.stop;
    let count = 0;
    let answer: Answer = { from: 0n, end: "full" };
    let hole: Answer["missing"];
    while (goesOn(answer) && count <= MAX_UNREAD && !ready.isStoreDown) {
      visible.count = 0;
      answer = readSources(sources, { ...whole, before: answer.from, stop }, visible);
      hole ??= holeIn(answer);
      count += visible.count;
    }
    const hasMore = count > MAX_UNREAD;
    const below = isAllOf({ ...whole, stop }, answer) ? undefined : answer.missing;
    const missing = hasMore ? undefined : (hole ?? below);
    const degraded = [...degradedReasons(ready, count, missing)];
    return { count: Math.min(count, MAX_UNREAD), hasMore, degraded };
  };
}

/** The window was full, or the source has looked at as much as one page may. */
function goesOn({ end, missing }: Answer): boolean {
  return end === "full" || (end === "paused" && missing === undefined);
}

function lastSeen(cursor: string, viewer: Parameters<typeof decodeCursor>[1]): bigint {
  if (cursor === "") return 0n;
  return requireChronological(decodeCursor(cursor, viewer, "since_cursor"), "since_cursor").before;
}

import {
  DegradedReason,
  type GetTimelineRequest,
  GetTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES } from "../../model/limits.ts";
import type { Call } from "../../platform/grpc/call.ts";
import type { Position } from "../domain/cursor/decode-cursor.ts";
import { degradedReasons, type Page, readPage } from "../domain/page/page.ts";
import { PageWriter } from "../domain/page/page-writer.ts";
import { prepare, type Readiness, type ReadinessDeps } from "../domain/page/readiness.ts";
import { createVisibleWindow, Scanner } from "../domain/page/scan.ts";
import { type RankDeps, rank } from "../domain/ranking/rank.ts";
import { type RankedPage, rankedPage } from "../domain/ranking/ranked-page.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import { ownedViewer } from "./owned-viewer.ts";
import { type TimelineQuery, timelineQuery } from "./timeline-query.ts";

export interface GetTimelineDeps extends ReadinessDeps, RankDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  /** Told of each page that names something as missing. */
  readonly onDegraded: (reasons: readonly DegradedReason[]) => void;
}

type ChronologicalPosition = Position & { readonly kind: "chronological" };
const NO_REASONS: ReadonlyMap<bigint, readonly string[]> = new Map();

/** Answers with the response's bytes; at once when the timeline is in memory and complete. */
export function createGetTimeline(deps: GetTimelineDeps) {
  const reader = new PageReader(deps);
  const { ownership, clock } = deps;
  return (request: GetTimelineRequest, call: Call): Buffer | Promise<Buffer> => {
    const viewer = ownedViewer(ownership, request.viewerId);
    const query = timelineQuery(request, viewer, clock.nowMs());
    const ready = prepare(deps, viewer, call.deadlineMs);
    if (!(ready instanceof Promise)) return reader.answer(query, ready);
    return ready.then((late) => {
      ownedViewer(ownership, viewer);
      return reader.answer(query, late);
    });
  };
}

/** Reads and writes pages; each in one turn of the event loop, so one window is enough for all. */
class PageReader {
  readonly #deps: GetTimelineDeps;
  readonly #scanner: Scanner;
  readonly #writer = new PageWriter();
  readonly #visible = createVisibleWindow(Math.max(MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES));

  constructor(deps: GetTimelineDeps) {
    this.#deps = deps;
    this.#scanner = new Scanner(deps.store);
  }

  answer(query: TimelineQuery, ready: Readiness): Buffer | Promise<Buffer> {
    const { position, limit } = query;
    if (position.kind === "ranked") return this.#laterRankedPage(position, limit, ready);
    if (query.isRankingWanted) return this.#firstRankedPage(position, limit, ready);
    return this.#chronologicalPage(position, limit, ready);
  }

  #chronologicalPage(position: ChronologicalPosition, limit: number, ready: Readiness): Buffer {
    const { clock, onDegraded } = this.#deps;
    const { next, degraded } = this.#read(position, limit, ready);
    ready.friends?.reads.note(this.#visible.friendPlace, this.#visible.count, clock.nowMs());
    if (degraded.length > 0) onDegraded(degraded);
    return this.#writer.write(position, this.#visible, next, degraded);
  }

  async #firstRankedPage(
    position: ChronologicalPosition,
    limit: number,
    ready: Readiness,
  ): Promise<Buffer> {
    const { next } = this.#read(position, MAX_RANK_CANDIDATES, ready);
    if (this.#visible.count === 0) return this.#chronologicalPage(position, limit, ready);
    const viewer = position.viewer as UserId;
    const ranked = await rank(this.#deps, viewer, ready.friends, this.#visible);
    const now = { ...ready, friends: this.#deps.friendSets.get(viewer) ?? ready.friends };
    if (!ranked) {
      const degraded = [...ready.degraded, DegradedReason.RANKING_UNAVAILABLE];
      return this.#chronologicalPage(position, limit, { ...now, degraded });
    }
    const { order, reasons } = ranked;
    const page = rankedPage(this.#deps.store, position, order, limit, now.friends, reasons);
    // All candidates are on this page, and nothing was below them: the feed ends here.
    const isEnd = next === undefined && page.usedCount === order.ids.length;
    return this.#encode(viewer, isEnd ? { ...page, nextPageToken: "" } : page, now);
  }

  #laterRankedPage(
    position: Position & { readonly kind: "ranked" },
    limit: number,
    ready: Readiness,
  ): Buffer {
    const { order, viewer } = position;
    const page = rankedPage(this.#deps.store, position, order, limit, ready.friends, NO_REASONS);
    return this.#encode(viewer as UserId, page, ready);
  }

  #read(position: ChronologicalPosition, limit: number, ready: Readiness): Page {
    const { store } = this.#deps;
    return readPage(store, this.#scanner, position, position.before, limit, ready, this.#visible);
  }

  #encode(viewer: UserId, page: RankedPage, ready: Readiness): Buffer {
    const { store, onDegraded } = this.#deps;
    const { entries, nextPageToken } = page;
    const degraded = degradedReasons(store.state(viewer), ready, entries.length);
    if (degraded.length > 0) onDegraded(degraded);
    const response = { entries, nextPageToken, degraded: [...degraded] };
    return Buffer.from(GetTimelineResponse.encode(response).finish());
  }
}

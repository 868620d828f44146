import {
  DegradedReason,
  type GetTimelineRequest,
  GetTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import { isUserId, type UserId } from "../../model/ids.ts";
import { MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES } from "../../model/limits.ts";
import type { Call } from "../../platform/grpc/call.ts";
import type { Position } from "../domain/cursor/decode-cursor.ts";
import type { Scroll } from "../domain/cursor/format.ts";
import { type ForeignDeps, prepareForeign } from "../domain/page/foreign.ts";
import {
  degradedReasons,
  holesOf,
  type Page,
  readPage,
  readRest,
  stretchOf,
} from "../domain/page/page.ts";
import { PageWriter } from "../domain/page/page-writer.ts";
import {
  isIndexBehind,
  isOtherIndex,
  prepare,
  type Readiness,
  type ReadinessDeps,
} from "../domain/page/readiness.ts";
import type { PageSource, PageSources, SlowPageSource, Stretch } from "../domain/page/source.ts";
import { copyOf, createVisibleWindow, type VisibleWindow } from "../domain/page/visible-window.ts";
import { type RankDeps, rank } from "../domain/ranking/rank.ts";
import { type RankedPage, type RankedStretch, rankedPage } from "../domain/ranking/ranked-page.ts";
import { wholeRankedPage } from "../domain/ranking/whole-ranked-page.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import { isOwned, ownedViewer } from "./owned-viewer.ts";
import { type TimelineQuery, timelineQuery } from "./timeline-query.ts";

export interface GetTimelineDeps extends ReadinessDeps, RankDeps, ForeignDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  readonly sources: PageSources;
  /** Told of each page that is asked for at its owner. */
  readonly onPage: () => void;
  /** Told of each page that names something as missing. */
  readonly onDegraded: (reasons: readonly DegradedReason[]) => void;
}

type ChronologicalPosition = Position & { readonly kind: "chronological" };
type RankedPosition = Position & { readonly kind: "ranked" };

interface AskedPage {
  readonly position: ChronologicalPosition;
  readonly limit: number;
  readonly ready: Readiness;
  readonly deadlineMs: number;
}

/** Answers with the response's bytes; at once when the timeline is in memory and complete. */
export function getTimeline(deps: GetTimelineDeps) {
  const reader = new PageReader(deps);
  const { ownership, clock, sources } = deps;
  /** With nothing kept of anybody, whoever is asked can answer: the owner may be gone. */
  const isForeign = (viewerId: bigint): viewerId is UserId =>
    sources.isUnkept() && isUserId(viewerId) && !isOwned(ownership, viewerId);
  return (request: GetTimelineRequest, call: Call): Buffer | Promise<Buffer> => {
    const { viewerId } = request;
    if (isForeign(viewerId)) {
      const query = timelineQuery(request, viewerId, clock.nowMs());
      const isOther = isOtherIndex(sources, query.position.incarnation);
      const behind = isOther && isIndexBehind(deps, call.deadlineMs);
      return Promise.all([prepareForeign(deps, viewerId), behind]).then(([ready, isBehind]) =>
        reader.answer(query, { ...ready, isIndexBehind: isBehind }, call.deadlineMs),
      );
    }
    const viewer = ownedViewer(ownership, viewerId);
    deps.onPage();
    const query = timelineQuery(request, viewer, clock.nowMs());
    const ready = prepare(deps, viewer, call.deadlineMs);
    const answer = (readiness: Readiness) => reader.answer(query, readiness, call.deadlineMs);
    const isOther = isOtherIndex(deps.sources, query.position.incarnation);
    if (!(ready instanceof Promise) && !isOther) return answer(ready);
    const behind = isOther && isIndexBehind(deps, call.deadlineMs);
    return Promise.all([ready, behind]).then(([late, isBehind]) => {
      ownedViewer(ownership, viewer);
      return answer({ ...late, isIndexBehind: isBehind });
    });
  };
}

/**
 * Reads and writes pages; what memory answers in one turn of the event loop, so one window is enough
 * for all. A page that waits for a slow source takes a window of its own with it.
 */
class PageReader {
  readonly #deps: GetTimelineDeps;
  readonly #writer = new PageWriter();
  readonly #visible = createVisibleWindow(Math.max(MAX_PAGE_ENTRIES, MAX_RANK_CANDIDATES));

  constructor(deps: GetTimelineDeps) {
    this.#deps = deps;
  }

  answer(query: TimelineQuery, ready: Readiness, deadlineMs: number): Buffer | Promise<Buffer> {
    const { position, limit } = query;
    if (position.kind === "ranked") {
      return this.#laterRankedPage(position, { limit, ready, deadlineMs });
    }
    const asked = { position, limit, ready, deadlineMs };
    return query.isRankingWanted ? this.#firstRankedPage(asked) : this.#chronologicalPage(asked);
  }

  #chronologicalPage(asked: AskedPage): Buffer | Promise<Buffer> {
    const page = this.#read(asked, asked.limit);
    const { slow } = this.#deps.sources;
    if (page.rest && slow) return this.#slowPage(asked, page.rest, slow);
    return this.#write(asked, page, this.#visible);
  }

  async #slowPage(asked: AskedPage, rest: Stretch, slow: SlowPageSource): Promise<Buffer> {
    const visible = copyOf(this.#visible, rest.limit);
    const page = await readRest(slow, { stretch: rest, ...asked }, visible);
    if (!asked.ready.isForeign) ownedViewer(this.#deps.ownership, rest.viewer);
    return this.#write(asked, page, visible);
  }

  #write({ position, ready }: AskedPage, page: Page, visible: VisibleWindow): Buffer {
    const { clock, onDegraded } = this.#deps;
    ready.friends?.reads.note(visible.friendPlace, visible.count, clock.nowMs());
    if (page.degraded.length > 0) onDegraded(page.degraded);
    return this.#writer.write(this.#readHere(position, ready), visible, page.next, page.degraded);
  }

  async #firstRankedPage(asked: AskedPage): Promise<Buffer> {
    const { position, limit, ready } = asked;
    const read = this.#read(asked, MAX_RANK_CANDIDATES);
    if (this.#visible.count === 0) return this.#chronologicalPage(asked);
    const viewer = position.viewer;
    const ranked = await rank(this.#deps, viewer, ready.friends, this.#visible);
    const friends = this.#deps.friendSets.get(viewer) ?? ready.friends;
    if (!ranked) {
      const degraded = [...ready.degraded, DegradedReason.RANKING_UNAVAILABLE];
      return this.#chronologicalPage({ ...asked, ready: { ...ready, friends, degraded } });
    }
    const now = { ...ready, friends, degraded: holesOf(read, ready) };
    const { order, reasons } = ranked;
    const scroll = this.#readHere(position, now);
    const stretch = { scroll, order, limit, friends, reasons };
    const page = await this.#rankedPage(stretch, { ...asked, ready: now });
    // All candidates are on this page, and nothing was below them: the feed ends here.
    const isEnd = read.next === undefined && page.usedCount === order.ids.length;
    return this.#encode(viewer, isEnd ? { ...page, nextPageToken: "" } : page, now);
  }

  #laterRankedPage(
    position: RankedPosition,
    asked: Omit<AskedPage, "position">,
  ): Buffer | Promise<Buffer> {
    const { ready, limit } = asked;
    const scroll = this.#readHere(position, ready);
    const stretch = { scroll, order: position.order, limit, friends: ready.friends };
    const page = this.#rankedPage(stretch, asked);
    const { viewer } = position;
    if (!(page instanceof Promise)) return this.#encode(viewer, page, ready);
    return page.then((late) => this.#encode(viewer, late, ready));
  }

  /** What the tokens of a page say: a page that waits for the index keeps the one that it came from. */
  #readHere(scroll: Scroll, { isIndexBehind: isBehind }: Readiness): Scroll {
    const { viewer, boundMs, incarnation } = scroll;
    return {
      viewer,
      boundMs,
      incarnation: isBehind ? incarnation : this.#deps.sources.incarnation,
    };
  }

  #rankedPage(
    stretch: RankedStretch,
    { ready, deadlineMs }: Pick<AskedPage, "ready" | "deadlineMs">,
  ): RankedPage | Promise<RankedPage> {
    const { slow } = this.#deps.sources;
    const sources = this.#sources(stretch.scroll, ready);
    const page = rankedPage(sources, stretch);
    if (!page.unknown || !slow) return page;
    return wholeRankedPage(sources, slow, { stretch, deadlineMs }).then((late) => {
      if (!ready.isForeign) ownedViewer(this.#deps.ownership, stretch.scroll.viewer);
      return late;
    });
  }

  #read({ position, ready }: AskedPage, limit: number): Page {
    const sources = this.#sources(position, ready);
    const stretch = stretchOf(position, position.before, limit, ready);
    return readPage(sources, stretch, ready, this.#visible);
  }

  #sources({ viewer }: Scroll, { isForeign, friends }: Readiness): readonly PageSource[] {
    const { sources } = this.#deps;
    return isForeign ? sources.unkept : sources.inMemory(viewer, friends);
  }

  #encode(viewer: UserId, page: RankedPage, ready: Readiness): Buffer {
    const { store, sources, onDegraded } = this.#deps;
    const { entries, nextPageToken } = page;
    const kind = ready.isForeign ? "inactive" : store.state(viewer).kind;
    const isComplete =
      kind === "complete" || (kind === "inactive" && sources.isUnkept(ready.friends));
    const missing = isComplete ? page.unknown?.missing : DegradedReason.FILLING;
    const degraded = degradedReasons(ready, entries.length, missing);
    if (degraded.length > 0) onDegraded(degraded);
    const response = { entries, nextPageToken, degraded: [...degraded] };
    return Buffer.from(GetTimelineResponse.encode(response).finish());
  }
}

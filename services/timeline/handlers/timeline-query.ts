import { type GetTimelineRequest, TimelineOrder } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { RETENTION_MS } from "../../model/limits.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import {
  decodeCursor,
  type Position,
  requireChronological,
} from "../domain/cursor/decode-cursor.ts";
import type { Scroll } from "../domain/cursor/format.ts";
import { positionOfTime } from "../domain/page/page.ts";
import { pageLimit } from "./page-limit.ts";

/** The first page asks any index as it is. */
const NO_INDEX = 0;

/** What a request for a page asks for, checked. */
export interface TimelineQuery {
  readonly position: Position;
  readonly limit: number;
  /** Ask for an order first. A token of a ranked scroll's chronological part asks no more. */
  readonly isRankingWanted: boolean;
}

/** A scroll that begins now: its retention bound stays as it is on every later page. */
export function newScroll(viewer: UserId, nowMs: number, incarnation: number): Scroll {
  return { viewer, boundMs: nowMs - RETENTION_MS, incarnation };
}

/**
 * Throws INVALID_ARGUMENT naming the field. A scroll's requests may say its from_time_ms each time (AIP-158: they
 * differ in nothing but the token); a token from above that time is another scroll's.
 */
export function timelineQuery(
  request: GetTimelineRequest,
  viewer: UserId,
  nowMs: number,
): TimelineQuery {
  const limit = pageLimit(request.limit);
  const isRanked = rankedOrder(request.order);
  if (request.fromTimeMs < 0n) {
    throw invalidArgument(
      "from_time_ms",
      `is ${request.fromTimeMs}`,
      "ms since 1970, or 0 for now",
    );
  }
  const before = positionOfTime(request.fromTimeMs);
  if (request.pageToken !== "") {
    const position = decodeCursor(request.pageToken, viewer, "page_token");
    if (!isRanked) requireChronological(position, "page_token");
    if (before !== 0n && isAbove(position, before)) {
      throw invalidArgument(
        "page_token",
        "goes on above from_time",
        "send it with the from_time of its scroll, or with none",
      );
    }
    return { position, limit, isRankingWanted: false };
  }
  const position: Position = {
    kind: "chronological",
    before,
    ...newScroll(viewer, nowMs, NO_INDEX),
  };
  return { position, limit, isRankingWanted: isRanked };
}

/** Whether what goes on here may show ids at or above this one. */
function isAbove(position: Position, bound: bigint): boolean {
  if (position.kind === "ranked") return position.order.ids.some((id) => id >= bound);
  return position.before === 0n || position.before > bound;
}

function rankedOrder(order: TimelineOrder): boolean {
  if (order === TimelineOrder.UNSPECIFIED || order === TimelineOrder.CHRONOLOGICAL) return false;
  if (order === TimelineOrder.RANKED) return true;
  throw invalidArgument("order", `is ${order}`, "0, 1 (chronological) or 2 (ranked)");
}

import {
  DegradedReason,
  type RebuildTimelineRequest,
  type RebuildTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { settleWithin } from "../../platform/concurrency/settle-within.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { notFound } from "../../platform/grpc/errors/errors.ts";
import type { Fills } from "../domain/fill/fills.ts";
import type { Pace } from "../domain/fill/rebuild-pace.ts";
import { countEntries } from "../domain/page/count-entries.ts";
import { REASON_OF_SOURCE } from "../domain/page/readiness.ts";
import type { EntryStore, Ownership } from "../ports.ts";
import { movedMeanwhile } from "./append-entries.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface RebuildTimelineDeps {
  readonly store: EntryStore;
  readonly ownership: Ownership;
  readonly fills: Fills;
  readonly clock: Clock;
  readonly paceRebuild: Pace;
}

/** Kept of the deadline, so that "still filling" arrives before the caller gives up, ms. */
const ANSWER_MARGIN_MS = 100;

export function rebuildTimeline({ paceRebuild, ...deps }: RebuildTimelineDeps) {
  const { store, ownership, fills, clock } = deps;
  const rebuild = async (
    request: RebuildTimelineRequest,
    call: Call,
  ): Promise<RebuildTimelineResponse> => {
    const viewer = ownedViewer(ownership, request.viewerId);
    const term = ownership.term();
    await fills.lapse([viewer]);
    const waitMs = call.deadlineMs - clock.nowMs() - ANSWER_MARGIN_MS;
    const filled = await settleWithin(fills.request(viewer, "background"), waitMs, clock);
    if (ownership.term() !== term) throw movedMeanwhile();
    if (filled.kind !== "done") return { entryCount: 0, degraded: [DegradedReason.FILLING] };
    const outcome = filled.value;
    if (outcome.kind === "unknown-viewer") throw notFound("user", viewer);
    if (outcome.kind === "complete")
      return { entryCount: countEntries(store, viewer), degraded: [] };
    const reasons = outcome.kind === "failed" ? [REASON_OF_SOURCE[outcome.source]] : [];
    return { entryCount: 0, degraded: [DegradedReason.FILLING, ...reasons] };
  };
  return (request: RebuildTimelineRequest, call: Call) => paceRebuild(() => rebuild(request, call));
}

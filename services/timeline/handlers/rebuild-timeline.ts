import {
  DegradedReason,
  type RebuildTimelineRequest,
  type RebuildTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../model/ids.ts";
import { settleWithin } from "../../platform/concurrency/settle-within.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { notFound } from "../../platform/grpc/errors/errors.ts";
import {
  type FillDeps,
  FillFailed,
  type FillSource,
  isUnknownPerson,
} from "../domain/fill/fill.ts";
import type { Fills } from "../domain/fill/fills.ts";
import { mendAll } from "../domain/fill/mend.ts";
import type { Pace } from "../domain/fill/rebuild-pace.ts";
import { countEntries } from "../domain/page/count-entries.ts";
import { REASON_OF_SOURCE } from "../domain/page/readiness.ts";
import type { Ownership } from "../ports.ts";
import { movedMeanwhile } from "./append-entries.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface RebuildTimelineDeps extends FillDeps {
  readonly ownership: Ownership;
  readonly fills: Fills;
  readonly paceRebuild: Pace;
}

/** Kept of the deadline, so that "still filling" arrives before the caller gives up, ms. */
const ANSWER_MARGIN_MS = 100;

type Rebuilt = "done" | "unknown-viewer" | "going-on" | { readonly lacks: FillSource };

/** A timeline that is there is mended while it is served; any other is filled. */
export function rebuildTimeline(deps: RebuildTimelineDeps) {
  const { store, ownership, clock } = deps;
  const rebuild = async (
    request: RebuildTimelineRequest,
    call: Call,
  ): Promise<RebuildTimelineResponse> => {
    const viewer = ownedViewer(ownership, request.viewerId);
    const term = ownership.term();
    await store.load(viewer);
    const isThere = store.state(viewer).kind === "complete";
    const work = isThere ? mended(deps, viewer) : filled(deps, viewer);
    const waitMs = call.deadlineMs - clock.nowMs() - ANSWER_MARGIN_MS;
    const settled = await settleWithin(work, waitMs, clock);
    if (ownership.term() !== term) throw movedMeanwhile();
    if (settled.kind === "failed") throw settled.error;
    const rebuilt = settled.kind === "done" ? settled.value : "going-on";
    if (rebuilt === "unknown-viewer") throw notFound("user", viewer);
    const degraded: DegradedReason[] = [];
    if (store.state(viewer).kind !== "complete") degraded.push(DegradedReason.FILLING);
    if (typeof rebuilt === "object") degraded.push(REASON_OF_SOURCE[rebuilt.lacks]);
    else if (rebuilt === "going-on" && isThere) degraded.push(DegradedReason.POSTS_UNAVAILABLE);
    return { entryCount: isComplete(degraded) ? countEntries(store, viewer) : 0, degraded };
  };
  return (request: RebuildTimelineRequest, call: Call) =>
    deps.paceRebuild(() => rebuild(request, call));
}

function isComplete(degraded: readonly DegradedReason[]): boolean {
  return !degraded.includes(DegradedReason.FILLING);
}

async function mended(deps: FillDeps, viewer: UserId): Promise<Rebuilt> {
  try {
    await mendAll(deps, viewer);
    return "done";
  } catch (error) {
    if (!(error instanceof FillFailed)) throw error;
    return isUnknownPerson(error) ? "unknown-viewer" : { lacks: error.source };
  }
}

async function filled({ fills }: RebuildTimelineDeps, viewer: UserId): Promise<Rebuilt> {
  const outcome = await fills.request(viewer, "background");
  if (outcome.kind === "complete") return "done";
  if (outcome.kind === "failed") return { lacks: outcome.source };
  return outcome.kind === "unknown-viewer" ? outcome.kind : "going-on";
}

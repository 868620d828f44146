import type {
  DeactivateTimelinesRequest,
  DeactivateTimelinesResponse,
} from "#gen/timeline/v1/timeline.ts";
import { MAX_APPEND_VIEWERS_PER_POST } from "../../model/limits.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { Fills } from "../domain/fill/fills.ts";
import type { Ownership } from "../ports.ts";
import { movedMeanwhile } from "./append-entries.ts";
import { ownedViewer } from "./owned-viewer.ts";

export interface DeactivateTimelinesDeps {
  readonly ownership: Ownership;
  readonly fills: Fills;
}

export function deactivateTimelines({ ownership, fills }: DeactivateTimelinesDeps) {
  return async (request: DeactivateTimelinesRequest): Promise<DeactivateTimelinesResponse> => {
    const { viewerIds } = request;
    if (viewerIds.length > MAX_APPEND_VIEWERS_PER_POST) {
      const remedy = `at most ${MAX_APPEND_VIEWERS_PER_POST}; send several requests`;
      throw invalidArgument("viewer_ids", `has ${viewerIds.length} ids`, remedy);
    }
    const viewers = viewerIds.map((id, i) => ownedViewer(ownership, id, `viewer_ids[${i}]`));
    const term = ownership.term();
    const deactivatedCount = await fills.lapse(viewers);
    if (ownership.term() !== term) throw movedMeanwhile();
    return { deactivatedCount };
  };
}

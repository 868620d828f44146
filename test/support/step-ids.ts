import { makePostId, type PostId } from "../../services/model/ids.ts";
import type { IdSource } from "../../services/platform/storage/ids/id-source.ts";

/** Ids whose time passes only when told to, beginning a year ago, so that bounds of "now" lie after them. */
export class StepIds implements IdSource {
  private timeMs = Date.now() - 365 * 86_400_000;

  next(): PostId {
    this.timeMs += 1;
    return makePostId(this.timeMs, 1, 0);
  }

  passDays(days: number): void {
    this.timeMs += days * 86_400_000;
  }

  async close(): Promise<void> {}
}

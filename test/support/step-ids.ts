import { makePostId, type PostId } from "../../services/model/ids.ts";
import type { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import type { IdSource } from "../../services/platform/storage/ids/id-source.ts";

/** Ids of a manual clock, which each of them moves on by 1 ms. */
export class StepIds implements Pick<IdSource, "next"> {
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  next(): PostId {
    this.#clock.stepWall(1);
    return makePostId(this.#clock.nowMs(), 1, 0);
  }
}

import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { highHalf, joinHalves, lowHalf } from "../halves.ts";
import { addNewest } from "./pulled/merge-windows.ts";
import type { Answer, PageSource, Stretch } from "./source.ts";
import { createVisibleWindow, type VisibleWindow } from "./visible-window.ts";

/**
 * A timeline that is being filled, read from the recent index: complete down to where that is. What the
 * ring holds already is shown too, for it may be newer than what the index has read of the log. While
 * the index cannot answer, the ring alone shows what there is.
 */
export class FillingSource implements PageSource {
  readonly #ring: PageSource;
  readonly #index: PageSource;
  readonly #held: VisibleWindow;
  readonly #known: VisibleWindow;

  /** @param capacity the largest limit of a stretch */
  constructor(ring: PageSource, index: PageSource, capacity: number) {
    this.#ring = ring;
    this.#index = index;
    this.#held = createVisibleWindow(capacity);
    this.#known = createVisibleWindow(capacity);
  }

  read(stretch: Stretch, visible: VisibleWindow): Answer {
    const limit = stretch.limit - visible.count;
    this.#known.count = 0;
    this.#held.count = 0;
    const answer = this.#index.read({ ...stretch, limit }, this.#known);
    if (answer.from === stretch.before) return this.#ring.read(stretch, visible);
    this.#ring.read({ ...stretch, limit, stop: answer.from }, this.#held);
    const { from } = answer;
    const bounds = { limit: stretch.limit, fromHigh: highHalf(from), fromLow: lowHalf(from) };
    addNewest(this.#known, this.#held, bounds, visible);
    const { FILLING } = DegradedReason;
    if (visible.count < stretch.limit) return { ...answer, end: "reached", missing: FILLING };
    const last = visible.count - 1;
    return { from: joinHalves(visible.postHigh[last], visible.postLow[last]), end: "full" };
  }
}

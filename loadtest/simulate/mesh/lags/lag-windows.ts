import { LagHistogram } from "../../kernel/lag-histogram.ts";

/**
 * Lags by when the post was acknowledged. Of each post one viewer's is taken, for all of the
 * post's.
 */
export class LagWindows {
  readonly windowMicros: number;
  readonly windows: readonly LagHistogram[];
  readonly #from: number;

  constructor(fromMicros: number, windowMicros: number, count: number) {
    this.#from = fromMicros;
    this.windowMicros = windowMicros;
    this.windows = Array.from({ length: count }, () => new LagHistogram());
  }

  /** `weight`: deliveries that are stored. */
  record(postedAt: number, readableAt: number, weight: number): void {
    const window = Math.trunc((postedAt - this.#from) / this.windowMicros);
    // A group of posts that was under way at the end is acknowledged after it.
    const last = this.windows.length - 1;
    this.windows[window < last ? window : last].record(readableAt - postedAt, weight);
  }

  all(): LagHistogram {
    const all = new LagHistogram();
    for (const window of this.windows) all.add(window);
    return all;
  }
}

/** Fewer are no rate: the hours of a day differ. */
const LEAST_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Counts pages, for the rate at which they are read; the last day or two count. */
export class PageReads {
  #pages = 0;
  #sinceMs: number;

  /** `nowMs`: monotonic, as all times here. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** A page is asked for. */
  readonly note = (): void => {
    this.#pages++;
  };

  /** Pages of one of so many viewers on a day; undefined before an hour is over. */
  aDay(viewers: number, nowMs: number): number | undefined {
    const overMs = nowMs - this.#sinceMs;
    if (overMs < LEAST_MS || viewers === 0) return undefined;
    const rate = (this.#pages * DAY_MS) / overMs / viewers;
    if (overMs >= 2 * DAY_MS) {
      this.#pages /= 2;
      this.#sinceMs += overMs / 2;
    }
    return rate;
  }
}

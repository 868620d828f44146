import type { ReadsKnown } from "../../../model/pulled/cheaper-pulled.ts";

/** What was heard counts less with each report that follows, so that processes which are gone are forgotten. */
const KEPT_SHARE = 0.999;

/**
 * Pages that an active viewer reads on a day, over all timeline processes: each tells its own mean every second,
 * and counts as its viewers do.
 */
export class MeanReads {
  readonly #assumed: number;
  #pages = 0;
  #viewers = 0;

  /** `assumed` until somebody tells. */
  constructor(assumed: number) {
    this.#assumed = assumed;
  }

  heard({ pagesADay, viewers }: ReadsKnown): void {
    if (!(pagesADay >= 0 && viewers > 0 && Number.isFinite(pagesADay * viewers))) return;
    this.#pages = KEPT_SHARE * this.#pages + pagesADay * viewers;
    this.#viewers = KEPT_SHARE * this.#viewers + viewers;
  }

  get pagesADay(): number {
    return this.#viewers > 0 ? this.#pages / this.#viewers : this.#assumed;
  }
}

/** Two clocks of one thread, ms, both only going on. */
export interface TwoClocks {
  hereMs(): number;
  thereMs(): number;
}

/** So many readings, of which the quickest counts: the first of a thread is cold and 1 ms slow. */
const READINGS = 20;
/** An offset is read again when it is older, ms. */
const FRESH_MS = 1_000;
/** A reading this much slower than the quickest ever says nothing: the thread lost its CPU in it, ms. */
const MOST_SLOWER_MS = 0.02;

export const processClocks: TwoClocks = {
  hereMs: () => performance.now(),
  thereMs: () => Number(process.hrtime.bigint()) / 1e6,
};

interface Reading {
  readonly offsetMs: number;
  readonly tookMs: number;
}

/**
 * What to add to one clock to get the other, read often and kept fresh. Of many readings the quickest is
 * nearest to the truth (Cristian, Probabilistic clock synchronization, 1989): it is off by at most half of
 * the time that it took.
 */
export class ClockOffset {
  readonly #clocks: TwoClocks;
  #last: Reading;
  #quickestMs: number;
  #readAtMs: number;

  constructor(clocks: TwoClocks = processClocks) {
    this.#clocks = clocks;
    this.#last = quickest(clocks);
    this.#quickestMs = this.#last.tookMs;
    this.#readAtMs = clocks.hereMs();
  }

  /** thereMs - hereMs. */
  get ms(): number {
    const nowMs = this.#clocks.hereMs();
    if (nowMs - this.#readAtMs >= FRESH_MS) this.#read(nowMs);
    return this.#last.offsetMs;
  }

  #read(nowMs: number): void {
    const reading = quickest(this.#clocks);
    this.#readAtMs = nowMs;
    this.#quickestMs = Math.min(this.#quickestMs, reading.tookMs);
    if (reading.tookMs <= this.#quickestMs + MOST_SLOWER_MS) this.#last = reading;
  }
}

/** The quickest of so many readings. */
export function quickest(clocks: TwoClocks, readings = READINGS): Reading {
  let best = read(clocks);
  for (let i = 1; i < readings; i++) {
    const next = read(clocks);
    if (next.tookMs < best.tookMs) best = next;
  }
  return best;
}

/** The one clock in the middle of two readings of the other. */
function read({ hereMs, thereMs }: TwoClocks): Reading {
  const beforeMs = hereMs();
  const readMs = thereMs();
  const afterMs = hereMs();
  return { offsetMs: readMs - (beforeMs + afterMs) / 2, tookMs: afterMs - beforeMs };
}

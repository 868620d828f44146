/** Two clocks of one machine, ms: the time of day, which can be set, and one that only goes on. */
export interface ClockPair {
  wallMs(): number;
  monotonicMs(): number;
}

/** A larger jump between two looks is a step; a clock that is slewed gains under 1 ms a second. */
export const MAX_WALL_STEP_MS = 100;
/** Readings further apart than this say nothing: the process lost the CPU between them. */
const MAX_READING_MS = 10;
const LOOK_EVERY_MS = 1_000;

const systemClocks: ClockPair = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** Finds steps of the wall clock, by its distance from the monotonic one. Looks each second until disposed. */
export class WallClockWatch implements Disposable {
  readonly #clocks: ClockPair;
  readonly #timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  #offsetMs: number | undefined;
  #largestMs = 0;

  constructor(clocks: ClockPair = systemClocks) {
    this.#clocks = clocks;
    this.look();
  }

  /** Returns the largest step so far, ms, negative when it went back; 0 when there was none. */
  look(): number {
    const beforeMs = this.#clocks.monotonicMs();
    const wallMs = this.#clocks.wallMs();
    const afterMs = this.#clocks.monotonicMs();
    if (afterMs - beforeMs > MAX_READING_MS) return this.#largestMs;
    const offsetMs = wallMs - beforeMs;
    const stepMs = offsetMs - (this.#offsetMs ?? offsetMs);
    this.#offsetMs = offsetMs;
    const isStep = Math.abs(stepMs) > MAX_WALL_STEP_MS;
    if (isStep && Math.abs(stepMs) > Math.abs(this.#largestMs)) this.#largestMs = stepMs;
    return this.#largestMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Of a turn: short, so that what takes a process longer looks like a slower processor, and not like one that is away. */
export const TURN_MS = 2;
/** What it could not have on a machine that was busy is made up for; of no more than so long, or it would race. */
const MAX_ARREARS_MS = 500;

/** What came of one turn. */
export interface Turn {
  readonly endMs: number;
  readonly tookMs: number;
  /** CPU that it has used since the turn before, of one thread. */
  readonly usedMs: number;
  /** How long it could have used it since then, and others had it. */
  readonly waitedMs: number;
}

/**
 * When a process goes on that is to have one in `times` parts of a CPU. Who stops late, or lets go on late, makes up for
 * it in the next turn. A turn in which the process waited for a CPU that others had counts for less; yet never for less
 * than it used, for it waits to be stopped, too.
 */
export class Turns {
  readonly #times: number;
  #dueMs: number;

  constructor(startMs: number, times: number) {
    this.#times = times;
    this.#dueMs = startMs + TURN_MS * (times - 1);
  }

  /** Of the next turn; may be past. */
  get dueMs(): number {
    return this.#dueMs;
  }

  had({ endMs, tookMs, usedMs, waitedMs }: Turn): void {
    const hadMs = Math.max(usedMs, tookMs - waitedMs);
    this.#dueMs = Math.max(this.#dueMs + hadMs * this.#times, endMs - MAX_ARREARS_MS);
  }
}
